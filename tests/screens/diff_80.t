$ COLUMNS=80 diff_fixture pair text; COLUMNS=80 diff_fixture pair text 1; COLUMNS=80 diff_fixture runs text; COLUMNS=80 diff_fixture nothing text
base  import-20261120-091549
new   import-20261121-134612

  1 of 6 names is slower, 1 faster, 2 undecided, 2 the same, 1 new, 1 vanished;
  the run took 4.00 s, the base 4.00 s: 0.0 %, undecided
  of these two runs alone; several a side tell of the program
  base and new are of whole runs; the change is the median ratio of each new
  20th of a run or span to each base 20th of a run or span

Slower                       base        new   change    95 % interval         q
  insert                  12.0 ms    14.5 ms  +20.4 % +19.0 to +21.9 %  < 0.0001
    p95                   13.2 ms    15.8 ms  +19.8 % +19.0 to +20.5 %  < 0.0001

Faster                       base        new   change    95 % interval         q
  encode                  1.01 ms     840 µs  −17.7 % −20.4 to −14.7 %  < 0.0001
    p95                   1.26 ms    1.06 ms  −16.2 % −17.5 to −15.2 %  < 0.0001

Undecided                    base        new   change    95 % interval     needs
  rare                    1.02 ms    1.19 ms  +17.0 %                -   7+ runs
  flush to disk and w…    41.7 ms    35.0 ms  −10.0 % −31.2 to +20.3 %  30+ runs

The same                     base        new   change    95 % interval         q
  parse                   5.13 ms    5.10 ms   −0.4 %   −1.8 to +0.9 %    0.8333
  zero                       0 ns       0 ns    0.0 %     0.0 to 0.0 %    1.0000

New                         spans     median    total
  verify                       30    2.07 ms  60.8 ms

Vanished                    spans     median    total
  old checksum                 30    1.98 ms  59.5 ms

The run                      base        new   change    95 % interval   verdict
  runtime                  4.00 s     4.00 s    0.0 %                - undecided
  CPU time                 3.00 s     3.50 s  +16.7 %                - undecided
  largest process         190 MiB    212 MiB  +11.6 %                - undecided

  --fail-if regression>10%: insert
base  import-20261120-091549
new   import-20261121-134612

  1 of 6 names is slower, 1 faster, 2 undecided, 2 the same, 1 new, 1 vanished;
  the run took 4.00 s, the base 4.00 s: 0.0 %, undecided
  of these two runs alone; several a side tell of the program
  base and new are of whole runs; the change is the median ratio of each new
  20th of a run or span to each base 20th of a run or span

Slower                       base        new   change    95 % interval         q
  insert                  12.0 ms    14.5 ms  +20.4 % +19.0 to +21.9 %  < 0.0001
    p95                   13.2 ms    15.8 ms  +19.8 % +19.0 to +20.5 %  < 0.0001

Faster                       base        new   change    95 % interval         q
  encode                  1.01 ms     840 µs  −17.7 % −20.4 to −14.7 %  < 0.0001
    p95                   1.26 ms    1.06 ms  −16.2 % −17.5 to −15.2 %  < 0.0001

Undecided                    base        new   change    95 % interval     needs
  rare                    1.02 ms    1.19 ms  +17.0 %                -   7+ runs
  … 1 more: --top 0 shows all

The same                     base        new   change    95 % interval         q
  parse                   5.13 ms    5.10 ms   −0.4 %   −1.8 to +0.9 %    0.8333
  … 1 more: --top 0 shows all

New                         spans     median    total
  verify                       30    2.07 ms  60.8 ms

Vanished                    spans     median    total
  old checksum                 30    1.98 ms  59.5 ms

The run                      base        new   change    95 % interval   verdict
  runtime                  4.00 s     4.00 s    0.0 %                - undecided
  CPU time                 3.00 s     3.50 s  +16.7 %                - undecided
  largest process         190 MiB    212 MiB  +11.6 %                - undecided

  --fail-if regression>10%: insert
base  6 runs, a-1 to a-6
new   6 runs, b-1 to b-6

  1 of 2 names is slower, 1 the same; the run took 445 ms, the base 402 ms:
  +10.7 %, slower; largest process is more; CPU time is less
  base and new are medians of the runs; the change is the median ratio of each
  new run to each base run

Slower                       base        new   change    95 % interval         q
  insert                  12.1 ms    14.6 ms  +20.4 % +20.0 to +21.1 %    0.0043
    p95                   12.3 ms    14.8 ms  +20.4 % +20.0 to +20.7 %    0.0043

The same                     base        new   change    95 % interval         q
  noisy                   5.29 ms    4.89 ms   −4.0 %  −13.1 to +4.0 %    0.2403

The run                      base        new   change    95 % interval   verdict
  runtime                  402 ms     445 ms  +10.7 % +10.6 to +10.7 %    slower
  CPU time                 3.00 s     2.70 s  −10.0 % −10.0 to −10.0 %      less
  largest process         190 MiB    212 MiB  +11.6 % +11.6 to +11.6 %      more

  --fail-if regression>10%: insert, runtime, largest process
base  a
new   b

  no name of spans that both sides have, 1 vanished
  of these two runs alone; several a side tell of the program
  base and new are of whole runs; the change is the median ratio of each new
  20th of a run to each base 20th of a run

Vanished                    spans     median    total
  gone                          1    1.00 ms  1.00 ms

The run                      base        new   change    95 % interval   verdict
  runtime                 1.00 ms       0 ns        -                - undecided
  CPU time                   0 ns       0 ns        -                - undecided
  largest process             0 B        0 B        -                - undecided
