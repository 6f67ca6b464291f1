$ COLUMNS=120 report_fixture pages
● ./pages
  exited 0 after 900 ms · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  56 spans of 3 names · 3 threads in 1 process · none failed
  page 100 ms, fetch 31.9 ms, tile 5.47 ms on average

Findings
  1  medium    fetch takes 46.2 % of the time in spans: halving it saves 185 ms (173 ms to 197 ms)
               › Make it faster, or do less of it.
     2 more findings: tacho report --verbose

What if
  halving fetch saves 185 ms (173 ms to 197 ms) of 800 ms, 23.1 %
  leaving out page saves 255 ms (234 ms to 277 ms) of 800 ms, 31.9 %

Phases             count  total    self     mean   median      p95   failed  of runtime
  page                 8  800 ms  625 ms   100 ms   100 ms   100 ms       ·   88.9 % ███████████████████████░░░░░░
  ├ fetch (async)     16  510 ms  510 ms  31.9 ms  30.0 ms  37.5 ms       ·   56.7 % ██████████████████▏
  └ tile              32  175 ms  175 ms  5.47 ms  5.00 ms  10.0 ms       ·   19.4 % ██████▎

Critical path                         on it    share  halving it saves
  all 8 root trees; 1.17 spans at a time on average
  fetch                              370 ms   46.2 %     185 ms (173 ms to 197 ms)
  page                               255 ms   31.9 %     128 ms (117 ms to 138 ms)
  tile                               175 ms   21.9 %    87.5 ms (87.5 ms to 87.5 ms)

Resources                     last     average         p95         max  over 900 ms
  CPU     machine           72.8 %      59.2 %      89.2 %      90.2 %  ▅▅▅▅▅▅▅▅▅▆▆▆▆▅▅▅▅▅▅▄▄▄▄▃▃▃▃▃▃▄▄▄▄▅▅▆▆▇▇▇▇████▇▇▇
          process tree  2.91 cores  2.37 cores  3.57 cores  3.61 cores  ▅▅▅▆▆▆▆▆▆▆▆▆▆▆▆▆▅▅▅▅▄▄▄▄▄▄▃▄▄▄▄▄▅▅▆▆▇▇█████████▇
  Memory  machine         3.50 GiB    3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree    42.5 MiB     140 MiB     190 MiB     190 MiB  ▂▃▃▄▄▅▅▅▆▆▆▇▇▇▇███████████████████▇▇▇▇▆▆▆▅▅▄▄▃▃▂
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB

Session    /var/tacho/photo-20261120-091549
Next       tacho report /var/tacho/photo-20261120-091549 --sort total
