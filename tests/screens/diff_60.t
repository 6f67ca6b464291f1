$ COLUMNS=60 LC_ALL=C diff_fixture pair text; COLUMNS=60 diff_fixture hostile text
base  import-20261120-091549
new   import-20261121-134612

  1 of 6 names is slower, 1 faster, 2 undecided, 2 the same,
  1 new, 1 vanished; the run took 4.00 s, the base 4.00 s:
  0.0 %, undecided
  of these two runs alone; several a side tell of the
  program
  base and new are of whole runs; the change is the median
  ratio of each new 20th of a run or span to each base 20th
  of a run or span

Slower                    base        new   change         q
  insert               12.0 ms    14.5 ms  +20.4 %  < 0.0001
    p95                13.2 ms    15.8 ms  +19.8 %  < 0.0001

Faster                    base        new   change         q
  encode               1.01 ms     840 us  -17.7 %  < 0.0001
    p95                1.26 ms    1.06 ms  -16.2 %  < 0.0001

Undecided                 base        new   change     needs
  rare                 1.02 ms    1.19 ms  +17.0 %   7+ runs
  flush to disk an~    41.7 ms    35.0 ms  -10.0 %  30+ runs

The same                  base        new   change         q
  parse                5.13 ms    5.10 ms   -0.4 %    0.8333
  zero                    0 ns       0 ns    0.0 %    1.0000

New                      spans     median    total
  verify                    30    2.07 ms  60.8 ms

Vanished                 spans     median    total
  old checksum              30    1.98 ms  59.5 ms

The run                   base        new   change   verdict
  runtime               4.00 s     4.00 s    0.0 % undecided
  CPU time              3.00 s     3.50 s  +16.7 % undecided
  largest process      190 MiB    212 MiB  +11.6 % undecided

  --fail-if regression>10%: insert
base  x|y
new   x|y

  3 of 3 names are the same; the run took 4.09 s, the base
  4.09 s: 0.0 %, undecided
  of these two runs alone; several a side tell of the
  program
  base and new are of whole runs; the change is the median
  ratio of each new 20th of a run to each base 20th of a run

The same                  base        new   change         q
  a name of many m…     100 ms     100 ms    0.0 %    1.0000
  a|b`c*d_e<script…     995 µs     995 µs    0.0 %    1.0000
  \xff\xfe                1 ns       1 ns    0.0 %    1.0000

The run                   base        new   change   verdict
  runtime               4.09 s     4.09 s    0.0 % undecided
  CPU time                0 ns       0 ns        - undecided
  largest process          0 B        0 B        - undecided

  x|y was killed: what it did until then is compared
  x|y is on both sides: it is compared with itself
