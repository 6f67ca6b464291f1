$ COLUMNS=80 report_fixture numbers
● ./numbers
  exited 0 after 1m 0.00s · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  22 metrics · 1 thread in 1 process
  not limited by the machine: its processes used 2.37 of 4.00 CPUs, and waited
    little for memory or disks; for CPUs is not known

Findings
  nothing stands out
     1 more finding: tacho report --verbose

Metrics                                         count     last     mean   median
  queue.jobs                gauge                   0   20,010   20,010   20,010
  disk.levels               gauge                   0   1.23 M 1.0e+299 1.0e+299
    in widgets, from sda
  disk.levels               gauge                   0  -1.20 M        2        2
    in widgets, from sdb
  link.rates                throughput              0 1.23 M/s  1.8e+19  1.8e+19
  a_name.of_more_columns_t… custom                  0        0        1        1
    in widgets
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  cache.hits                counter           1.8e+19
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  lock.waits                wait              1.00 ms  < 0.1 % of the time
  2 more metrics: --top 0

Metrics over time            average         p95         max  over 1m 0.00s
  queue.jobs             20,005 jobs 20,010 jobs 20,010 jobs  ██████████████████
  disk.levels, from sda    5.00e+298   1.00e+299   1.00e+299  ▁▁▁▁▁▁▁▁▁█████████
  disk.levels, from sdb    5.00e+298   1.00e+299   1.00e+299  ▁▁▁▁▁▁▁▁▁█████████
  cache.entries                1,061       1,116       1,121  ██████████████████

Resources                  average         p95         max  over 1m 0.00s
  CPU     machine           59.2 %      89.2 %      90.2 %  ▅▅▅▅▆▅▅▅▄▄▃▃▄▄▅▆▇██▇
          process tree  2.37 cores  3.57 cores  3.61 cores  ▅▆▆▆▆▆▆▅▄▄▄▄▄▅▆▇███▇
  Memory  machine         3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree     140 MiB     190 MiB     190 MiB  ▃▄▅▆▇▇████████▇▇▆▅▄▃
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB

Ahead
  cache.entries                 Grows 1.99 entries a second (1.89 entries to
                                2.05 entries), at least since 500 ms.

Phases     none marked: see tacho help span
Session    /var/tacho/photo-20261120-091549
Next       tacho report /var/tacho/photo-20261120-091549 --format json
