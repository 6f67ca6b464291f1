$ report_fixture brief
● sh -c 'ls | wc'
  exited 0 after 8.00 ms · 2026-11-20 09:15:49 · builder, 4 CPUs, 15.9 GiB

Resources                     last     average         p95         max  over 8.00 ms
  CPU     machine       not available: no reading in this time
          process tree  0.00 cores  0.00 cores  0.00 cores  0.00 cores  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
  Memory  machine       not available: no reading in this time
          process tree  not available: /proc cannot be read
  In all  CPU 1.87 ms user, 0 ns kernel · largest process 2.00 MiB

Processes                                                        count    CPU time    peak RSS
  ls                                                                 1     1.00 ms           -
  sh -c ls | wc                                                      1      700 µs    1.00 MiB

Phases     none marked: see tacho help span
Session    /var/tacho/photo-20261120-091549
Next       tacho report /var/tacho/photo-20261120-091549 --format json
