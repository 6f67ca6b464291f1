$ COLUMNS=80 report_fixture hostile
● './hostile\x1b[2J' 'a'\''b'
  exited 0 after 1.50 s · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  18 spans of 6 names · 1 thread in 1 process · 1 failed
  \x1b[31mred\x1b]0;title… 900 ms, xxxxxxxxxxxxxxxxxxxxxxx… 400 ms, bad \xff\xc3
    bytes\nand… 100 ms on average
  not limited by the machine: its processes used 2.37 of 4.00 CPUs, and waited
    little for memory or disks; for CPUs is not known

Findings
  1  high      \x1b[31mred\x1b]0;title\x07 takes 36.7 % of the time in spans:
               halving it saves 165 ms
               › Make it faster, or do less of it.
     high      failed 1 of 1 time (100 %; 20.7 % to 100 % with 95 %)
  2  medium    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx… takes 44.4 % of the time in
               spans: halving it saves 200 ms
               › Make it faster, or do less of it.

Phases                              count   total     mean      p95       failed
  \x1b[31mred\x1b]0;title\x07           1   900 ms   900 ms   900 ms  1  100.0 %
  ├ xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…      1   400 ms   400 ms   400 ms           ·
  ├ bad \xff\xc3 bytes\nand lines       1   100 ms   100 ms   100 ms           ·
  ├ 写真を読む                          1  50.0 ms  50.0 ms  50.0 ms           ·
  ├ turned \u202e round                 0     0 ns        -        -           ·
  └ deep                                1  20.0 ms  20.0 ms  20.0 ms           ·
    └ deep                              1  19.0 ms  19.0 ms  19.0 ms           ·
      └ deep                            1  18.0 ms  18.0 ms  18.0 ms           ·
        └ deep                          1  17.0 ms  17.0 ms  17.0 ms           ·
          └ deep                        1  16.0 ms  16.0 ms  16.0 ms           ·
            └ deep                      1  15.0 ms  15.0 ms  15.0 ms           ·
              └ deep                    1  14.0 ms  14.0 ms  14.0 ms           ·
                └ deep                  1  13.0 ms  13.0 ms  13.0 ms           ·
                  └ deep                1  12.0 ms  12.0 ms  12.0 ms           ·
                    └ deep              1  11.0 ms  11.0 ms  11.0 ms           ·
                      (11) deep         1  10.0 ms  10.0 ms  10.0 ms           ·
                      (12) deep         1  9.00 ms  9.00 ms  9.00 ms           ·
                      (13) deep         1  8.00 ms  8.00 ms  8.00 ms           ·
                      (14) deep         1  7.00 ms  7.00 ms  7.00 ms           ·

Failures
  \x1b[31mred\x1b]0;title\x07  1 of 1  100 %
    at           5 ns  no \x1b[5mblinking\r\n (7)

Resources                  average         p95         max  over 1.50 s
  CPU     machine           59.2 %      89.2 %      90.2 %  ▅▅▅▅▆▅▅▅▄▄▃▃▄▄▅▆▇██▇
          process tree  2.37 cores  3.57 cores  3.61 cores  ▅▆▆▆▆▆▆▅▄▄▄▄▄▅▆▇███▇
  Memory  machine         3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree     140 MiB     190 MiB     190 MiB  ▃▄▅▆▇▇████████▇▇▆▅▄▃
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB

Session    /var/tacho/photo-20261120-091549
Next       tacho dump /var/tacho/photo-20261120-091549 --failed
