$ COLUMNS=120 report_fixture hostile
● './hostile\x1b[2J' 'a'\''b'
  exited 0 after 1.50 s · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  18 spans of 6 names · 1 thread in 1 process · 1 failed
  \x1b[31mred\x1b]0;title… 900 ms, xxxxxxxxxxxxxxxxxxxxxxx… 400 ms, bad \xff\xc3 bytes\nand… 100 ms on average
  not limited by the machine: its processes used 2.37 of 4.00 CPUs, and waited little for memory or disks; for CPUs is
    not known

Findings
  1  high      \x1b[31mred\x1b]0;title\x07 takes 36.7 % of the time in spans: halving it saves 165 ms
               › Make it faster, or do less of it.
     high      failed 1 of 1 time (100 %; 20.7 % to 100 % with 95 %)
  2  medium    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… takes 44.4 % of the time in spans: halving it saves
               200 ms
               › Make it faster, or do less of it.

Phases                                    count   total     self     mean   median      p95       failed  of runtime
  \x1b[31mred\x1b]0;title\x07                 1   900 ms   330 ms   900 ms   900 ms   900 ms  1  100.0 %   60.0 % ██░░
  ├ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…      1   400 ms   400 ms   400 ms   400 ms   400 ms           ·   26.7 % █▋
  ├ bad \xff\xc3 bytes\nand lines             1   100 ms   100 ms   100 ms   100 ms   100 ms           ·    6.7 % ▍
  ├ 写真を読む                                1  50.0 ms  50.0 ms  50.0 ms  50.0 ms  50.0 ms           ·    3.3 % ▎
  ├ turned \u202e round                       0     0 ns     0 ns        -        -        -           ·    0.0 %
  └ deep                                      1  20.0 ms  1.00 ms  20.0 ms  20.0 ms  20.0 ms           ·    1.3 % ▏
    └ deep                                    1  19.0 ms  1.00 ms  19.0 ms  19.0 ms  19.0 ms           ·    1.3 % ▏
      └ deep                                  1  18.0 ms  1.00 ms  18.0 ms  18.0 ms  18.0 ms           ·    1.2 % ▏
        └ deep                                1  17.0 ms  1.00 ms  17.0 ms  17.0 ms  17.0 ms           ·    1.1 % ▏
          └ deep                              1  16.0 ms  1.00 ms  16.0 ms  16.0 ms  16.0 ms           ·    1.1 % ▏
            └ deep                            1  15.0 ms  1.00 ms  15.0 ms  15.0 ms  15.0 ms           ·    1.0 % ▏
              └ deep                          1  14.0 ms  1.00 ms  14.0 ms  14.0 ms  14.0 ms           ·    0.9 % ▏
                └ deep                        1  13.0 ms  1.00 ms  13.0 ms  13.0 ms  13.0 ms           ·    0.9 % ▏
                  └ deep                      1  12.0 ms  1.00 ms  12.0 ms  12.0 ms  12.0 ms           ·    0.8 % ▏
                    └ deep                    1  11.0 ms  1.00 ms  11.0 ms  11.0 ms  11.0 ms           ·    0.7 % ▏
                      (11) deep               1  10.0 ms  1.00 ms  10.0 ms  10.0 ms  10.0 ms           ·    0.7 % ▏
                      (12) deep               1  9.00 ms  1.00 ms  9.00 ms  9.00 ms  9.00 ms           ·    0.6 % ▏
                      (13) deep               1  8.00 ms  1.00 ms  8.00 ms  8.00 ms  8.00 ms           ·    0.5 % ▏
                      (14) deep               1  7.00 ms  7.00 ms  7.00 ms  7.00 ms  7.00 ms           ·    0.5 % ▏

Failures
  \x1b[31mred\x1b]0;title\x07  1 of 1  100 %
    at           5 ns  no \x1b[5mblinking\r\n (7)

Resources                     last     average         p95         max  over 1.50 s
  CPU     machine           72.8 %      59.2 %      89.2 %      90.2 %  ▅▅▅▅▅▅▅▅▅▆▆▆▆▅▅▅▅▅▅▄▄▄▄▃▃▃▃▃▃▄▄▄▄▅▅▆▆▇▇▇▇████▇▇▇
          process tree  2.91 cores  2.37 cores  3.57 cores  3.61 cores  ▅▅▅▆▆▆▆▆▆▆▆▆▆▆▆▆▅▅▅▅▄▄▄▄▄▄▃▄▄▄▄▄▅▅▆▆▇▇█████████▇
  Memory  machine         3.50 GiB    3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree    42.5 MiB     140 MiB     190 MiB     190 MiB  ▂▃▃▄▄▅▅▅▆▆▆▇▇▇▇███████████████████▇▇▇▇▆▆▆▅▅▄▄▃▃▂
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB

Session    /var/tacho/photo-20261120-091549
Next       tacho dump /var/tacho/photo-20261120-091549 --failed
