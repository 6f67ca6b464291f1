$ for b in '' insert insert.p95 'insert < 2s' '.p95 < 2s' 'insert.p96 < 2s' 'insert.p95 =< 2s' 'insert.p95 <' 'insert.p95 < fast' 'insert.failure_rate < 2s' 'näme.cont < 1'; do tacho check -b "$b"; done; tacho check; tacho check -b 'a.p95 < 1s' a b; tacho check -b 'a.p95 < 1s' nowhere; tacho run -b 'insert.p95 < ' -- true
tacho: --budget: a budget is NAME.STATISTIC < VALUE, such as insert.p95 < 2s, and here the < is missing (see tacho check --help)
    
    ^
tacho: --budget: a budget is NAME.STATISTIC < VALUE, such as insert.p95 < 2s, and here the < is missing (see tacho check --help)
    insert
          ^
tacho: --budget: a budget is NAME.STATISTIC < VALUE, such as insert.p95 < 2s, and here the < is missing (see tacho check --help)
    insert.p95
              ^
tacho: --budget: here a statistic is missing, such as .p95 or .failure_rate (see tacho check --help)
    insert < 2s
          ^
tacho: --budget: here the name of a span, a metric or a series is missing (see tacho check --help)
    .p95 < 2s
    ^
tacho: --budget: there is no such statistic; did you mean p95?  There are count, total, mean, median, p90, p95, p99, p999, min, max, last, sd, cv, failed, failure_rate, success_rate, throughput, self, cpu, waiting, throttled, blocked, load, memory, per_minute, share, runtime (see tacho check --help)
    insert.p96 < 2s
           ^
tacho: --budget: "=<" compares nothing: there are <, <=, >, >= and == (see tacho check --help)
    insert.p95 =< 2s
               ^
tacho: --budget: here a value is missing, such as 2s, 500ms, 1GiB, 1% or 1000 (see tacho check --help)
    insert.p95 <
                ^
tacho: --budget: this is no value: write one such as 2s, 500ms, 1GiB, 1% or 1000 (see tacho check --help)
    insert.p95 < fast
                 ^
tacho: --budget: failure_rate is not measured in this unit: write it as in failure_rate < 1% (see tacho check --help)
    insert.failure_rate < 2s
                          ^
tacho: --budget: there is no such statistic; did you mean count?  There are count, total, mean, median, p90, p95, p99, p999, min, max, last, sd, cv, failed, failure_rate, success_rate, throughput, self, cpu, waiting, throttled, blocked, load, memory, per_minute, share, runtime (see tacho check --help)
    n\u00e4me.cont < 1
              ^
tacho: what is to hold?  tacho check --budget 'insert.p95 < 2s' (see tacho check --help)
tacho: check takes one SESSION, not "b" too (see tacho check --help)
tacho: no session 'nowhere', neither here nor in the store FOLDER/store (tacho list shows the sessions)
tacho run: --budget: here a value is missing, such as 2s, 500ms, 1GiB, 1% or 1000 (see tacho check --help)
    insert.p95 < 
                ^
[status 125]
