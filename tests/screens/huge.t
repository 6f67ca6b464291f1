$ report_fixture huge
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
     11 more findings: tacho report --verbose

Phases         count   total     self     mean   median      p95   failed  of runtime
  step 08 +20      9   810 ms   768 ms  90.0 ms  90.0 ms  90.0 ms       ·    1.4 % ▎
  step 09 +20     10  1.10 s   1.05 s    110 ms   100 ms   155 ms       ·    1.8 % ▎
  step 10 +20     11  1.32 s   1.27 s    120 ms   110 ms   165 ms       ·    2.2 % ▍
  step 11 +20     12  1.56 s   1.50 s    130 ms   120 ms   174 ms       ·    2.6 % ▌
  step 12 +20     13  1.82 s   1.76 s    140 ms   130 ms   182 ms       ·    3.0 % ▌
  step 13 +20     14  2.10 s   2.03 s    150 ms   140 ms   189 ms       ·    3.5 % ▋
  step 14 +20     15  2.40 s   2.33 s    160 ms   150 ms   195 ms       ·    4.0 % ▋
  step 15 +20     16  2.72 s   2.64 s    170 ms   160 ms   200 ms       ·    4.5 % ▊
  step 16 +20     17  3.06 s   2.98 s    180 ms   170 ms   204 ms       ·    5.1 % ▉
  step 17 +20     18  3.42 s   3.33 s    190 ms   180 ms   207 ms       ·    5.7 % █
  step 18 +20     19  3.80 s   3.71 s    200 ms   190 ms   209 ms       ·    6.3 % █▏
  step 19 +20     20  4.40 s   4.30 s    220 ms   200 ms   399 ms       ·    7.3 % █▎
  … 8 more, 2.04 s together

Resources                     last     average         p95         max  over 1m 0.00s
  CPU     machine           72.8 %      59.2 %      89.2 %      90.2 %  ▅▅▅▅▅▆▆▅▅▅▅▄▄▃▃▃▃▄▄▅▆▆▇▇██▇▇
          process tree  2.91 cores  2.37 cores  3.57 cores  3.61 cores  ▅▅▆▆▆▆▆▆▆▆▅▅▄▄▄▃▄▄▅▅▆▇█████▇
  Memory  machine         3.50 GiB    3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree    42.5 MiB     140 MiB     190 MiB     190 MiB  ▃▃▄▅▆▆▇▇████████████▇▇▆▆▅▄▄▃
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB

Session    /var/tacho/photo-20261120-091549
Next       tacho report /var/tacho/photo-20261120-091549 --sort total
