$ report_fixture photo
● ./photo --threads 4 'My Pictures'
  exited 0 after 4m 5.67s · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  2,539 spans of 9 names · 5 threads in 1 process · 4 failed
  summary 1m 1.23s, photo 3.06 s, decode 1.08 s on average
  not limited by the machine: its processes used 2.37 of 4.00 CPUs, and waited little for memory or
    disks; for CPUs is not known

Findings  savings: with as many root spans at once as before
  1  medium    decode takes 30.8 % of the time in spans: halving it saves 37.8 s
               › Make it faster, or do less of it.
     medium    failed 2 of 318 times (0.6 %; 0.2 % to 2.3 % with 95 %)
     4 more findings: tacho report --verbose

Phases             count   total     self     mean   median      p95       failed  of runtime
  photo              320  16m 19s  54.7 s   3.06 s   2.78 s   5.55 s   2    0.6 %  398.3 % █░░░░░░░░
  ├ exif             320   286 ms   286 ms   894 µs   815 µs  1.62 ms           ·    0.1 % ▏
  ├ decode           318   5m 44s   5m 20s  1.08 s    987 ms  1.97 s   2    0.6 %  140.2 % ███▏
  │ └ scale          316  24.6 s   24.6 s   78.0 ms  71.0 ms   142 ms           ·   10.0 % ▎
  ├ evaluate         316   1m 48s   1m 48s   343 ms   312 ms   623 ms           ·   44.1 % █
  ├ choose preset    316  12.8 µs  12.8 µs  40.6 ns    37 ns  73.8 ns           ·  < 0.1 % ▏
  ├ apply            316   4m 19s   4m 19s   818 ms   745 ms  1.49 s            ·  105.2 % ██▍
  └ export           316   3m 32s   3m 32s   672 ms   613 ms  1.22 s            ·   86.4 % ██
  summary              1   1m 01s   1m 01s   1m 01s   1m 01s   1m 01s           ·   24.9 % ▋

Failures
  photo  2 of 320  0.6 %
  decode  2 of 318  0.6 %
    first      12.3 s  Premature end of JPEG file  photo_id=17 file="Autumn in the mountains.jpg"
    last     3m 2.00s  code -5  photo_id=17 file="Autumn in the mountains.jpg" iso=100 raw=false

Resources                     last     average         p95         max  over 4m 5.67s
  CPU     machine           72.8 %      59.2 %      89.2 %      90.2 %  ▅▅▅▅▅▆▆▅▅▅▅▄▄▃▃▃▃▄▄▅▆▆▇▇██▇▇
          process tree  2.91 cores  2.37 cores  3.57 cores  3.61 cores  ▅▅▆▆▆▆▆▆▆▆▅▅▄▄▄▃▄▄▅▅▆▇█████▇
  Memory  machine         3.50 GiB    3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree    42.5 MiB     140 MiB     190 MiB     190 MiB  ▃▃▄▅▆▆▇▇████████████▇▇▆▆▅▄▄▃
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 190 MiB

Session    /var/tacho/photo-20261120-091549
Next       tacho dump /var/tacho/photo-20261120-091549 --failed
