$ export COLUMNS=80; for i in $(seq 100); do echo "$((i * 1000000)) Mask Batch"; echo "$((i * 100)) failed a name that is long enough to take half of the line"; done | tacho run -q --name mask -- durations_fixture; tacho check mask -b 'Mask Batch.p95 < 2s' -b 'Mask Batch.p95 < 90ms' -b 'Mask Batch.median <= 51ms' -b 'Mask Bach.max < 1s' -b 'Mask Batch.last < 1s' -b 'Mask Batch.p99 < 99%' -b 'a name that is long enough to take half of the line.failure_rate < 1%' -b 'a name that is long enough to take half of the line.count >= 100'; COLUMNS=60 NO_COLOR=1 LC_ALL=C tacho check -b 'Mask Batch.p95 < 2s' -b 'Mask Batch.p95 < 90ms'
mask
Budgets  3 of 8 held, 2 broken, 3 not known

  ✓ Mask Batch.p95 < 2s                             95.0 ms    4.8 %  ░░░░░░░░░░
  ✗ Mask Batch.p95 < 90ms                           95.0 ms    106 %  ██████████
  ✓ Mask Batch.median <= 51ms                       50.5 ms   99.0 %  ██████████
  ? Mask Bach.max < 1s                                    -
    nothing of this name was recorded; did you mean "Mask Batch"?
  ? Mask Batch.last < 1s                                  -
    a span has no last; it has count, total, mean, median, p90, p95, p99, p999,
    min, max, sd, cv, failed, failure_rate, success_rate, throughput, self, cpu,
    waiting, throttled, blocked, load, memory
  ? Mask Batch.p99 < 99%                            99.0 ms
    p99 of it is a duration: write the limit as in 2s
  ✗ a name that is long enough to take half of the line.failure_rate < 1%
                                                      100 % 10,000 %  ██████████
  ✓ a name that is long enough to take half of the line.count >= 100
                                                        100
mask
Budgets  1 of 2 held, 1 broken

  + Mask Batch.p95 < 2s       95.0 ms    4.8 %  ----------
  x Mask Batch.p95 < 90ms     95.0 ms    106 %  ##########
[status 1]
