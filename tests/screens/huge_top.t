$ report_fixture huge text 4 3 | head -40
● ./huge
  exited 0 after 1m 0.00s · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  610 spans of 40 names · 1 thread in 1 process · none failed
  step 19 220 ms, step 18 200 ms, step 17 190 ms on average
  not limited by the machine: its processes used 2.37 of 4.00 CPUs, and waited little for memory or
    disks; for CPUs is not known

Findings
  1  medium    step 19 takes 14.1 % of the time in spans: halving it saves 2.15 s
               › Make it faster, or do less of it.
  2  medium    step 18 takes 12.1 % of the time in spans: halving it saves 1.85 s
               › Make it faster, or do less of it.
  3  medium    step 17 takes 10.9 % of the time in spans: halving it saves 1.67 s
               › Make it faster, or do less of it.
     11 more findings: --top 0

Phases         count   total     self     mean   median      p95   failed  of runtime
  step 19         20  4.40 s   4.30 s    220 ms   200 ms   399 ms       ·    7.3 % █▎
  ├ part 19        1  9.50 ms  9.50 ms  9.50 ms  9.50 ms  9.50 ms       ·  < 0.1 % ▏
  ├ part 18        1  9.03 ms  9.03 ms  9.03 ms  9.03 ms  9.03 ms       ·  < 0.1 % ▏
  ├ part 17        1  8.55 ms  8.55 ms  8.55 ms  8.55 ms  8.55 ms       ·  < 0.1 % ▏
  └ … 17 more, 72.7 ms together
  step 18         19  3.80 s   3.71 s    200 ms   190 ms   209 ms       ·    6.3 % █▏
  ├ part 19        1  9.00 ms  9.00 ms  9.00 ms  9.00 ms  9.00 ms       ·  < 0.1 % ▏
  ├ part 18        1  8.55 ms  8.55 ms  8.55 ms  8.55 ms  8.55 ms       ·  < 0.1 % ▏
  ├ part 17        1  8.10 ms  8.10 ms  8.10 ms  8.10 ms  8.10 ms       ·  < 0.1 % ▏
  └ … 17 more, 68.8 ms together
  step 17         18  3.42 s   3.33 s    190 ms   180 ms   207 ms       ·    5.7 % █
  ├ part 19        1  8.50 ms  8.50 ms  8.50 ms  8.50 ms  8.50 ms       ·  < 0.1 % ▏
  ├ part 18        1  8.07 ms  8.07 ms  8.07 ms  8.07 ms  8.07 ms       ·  < 0.1 % ▏
  ├ part 17        1  7.65 ms  7.65 ms  7.65 ms  7.65 ms  7.65 ms       ·  < 0.1 % ▏
  └ … 17 more, 65.0 ms together
  … 17 more, 18.9 s together

Resources                     last     average         p95         max  over 1m 0.00s
  CPU     machine           72.8 %      59.2 %      89.2 %      90.2 %  ▅▅▅▅▅▆▆▅▅▅▅▄▄▃▃▃▃▄▄▅▆▆▇▇██▇▇
          process tree  2.91 cores  2.37 cores  3.57 cores  3.61 cores  ▅▅▆▆▆▆▆▆▆▆▅▅▄▄▄▃▄▄▅▅▆▇█████▇
  Memory  machine         3.50 GiB    3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree    42.5 MiB     140 MiB     190 MiB     190 MiB  ▃▃▄▅▆▆▇▇████████████▇▇▆▆▅▄▄▃
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB
