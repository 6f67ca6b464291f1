$ report_fixture plain
● make -j8
  exited 2 after 2h 15m 30s · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB
  not limited by the machine: its processes used 2.37 of 4.00 CPUs, and waited little for memory or
    disks; for CPUs is not known

Resources                     last     average         p95         max  over 2h 15m 30s
  CPU     machine           72.8 %      59.2 %      89.2 %      90.2 %  ▅▅▅▅▅▆▆▅▅▅▅▄▄▃▃▃▃▄▄▅▆▆▇▇██▇▇
          process tree  2.91 cores  2.37 cores  3.57 cores  3.61 cores  ▅▅▆▆▆▆▆▆▆▆▅▅▄▄▄▃▄▄▅▅▆▇█████▇
  Memory  machine         3.50 GiB    3.30 GiB    3.48 GiB    3.50 GiB  ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
          process tree    42.5 MiB     140 MiB     190 MiB     190 MiB  ▃▃▄▅▆▆▇▇████████████▇▇▆▆▅▄▄▃
  In all  CPU 8m 22.00s user, 12.3 s kernel · largest process 212 MiB

Processes                                                        count    CPU time    peak RSS
  cc1                                                                2   6m 56.40s     212 MiB
  ld                                                                 1      12.1 s    61.0 MiB
  make                                                               1      1.50 s    9.00 MiB
  1m 24.34s more between two readings, by these or by shorter ones

Phases     none marked: see tacho help span
Session    /var/tacho/photo-20261120-091549
Next       tacho report /var/tacho/photo-20261120-091549 --format json
