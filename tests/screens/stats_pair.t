$ awk 'BEGIN { x = 7; for (i = 0; i < 600; i++) { x = (x * 16807) % 2147483647; u = x / 2147483647; printf "%.3f\n", (12 - 3 * log(1 - u)) * (i < 300 ? 1 : 1.2) } }' >a; head -300 a >b; tail -300 a >c; for w in 80 120; do COLUMNS=$w tacho stats --unit ms b c; done; COLUMNS=80 LC_ALL=C tacho stats b b; head -12 b >d; COLUMNS=80 tacho stats d b; head -3 b | COLUMNS=80 tacho stats - b
c against b  300 and 300 values

  regression: the new values are 1.193 times the base; 80 % sure, of this pair
  only

               base        new   ratio     95 % interval        q
  median    14.3 ms    17.4 ms   1.193    1.135 to 1.245 < 0.0001  regression
  p95       20.8 ms    24.4 ms       -                 -        -  too few
  min       12.0 ms    14.4 ms
  mean      15.2 ms    18.0 ms
  sd        3.09 ms    3.19 ms
  p99       27.3 ms    27.9 ms
  max       28.7 ms    33.4 ms

  medians of 20 blocks of each, 15 values and more to the block; Mann-Whitney,
  widened by autocorrelation; a ratio counts from 1.05 on
c against b  300 and 300 values

  regression: the new values are 1.193 times the base; 80 % sure, of this pair only

               base        new   ratio     95 % interval        q
  median    14.3 ms    17.4 ms   1.193    1.135 to 1.245 < 0.0001  regression
  p95       20.8 ms    24.4 ms       -                 -        -  too few
  min       12.0 ms    14.4 ms
  mean      15.2 ms    18.0 ms
  sd        3.09 ms    3.19 ms
  p99       27.3 ms    27.9 ms
  max       28.7 ms    33.4 ms

  medians of 20 blocks of each, 15 values and more to the block; Mann-Whitney, widened by autocorrelation; a ratio
  counts from 1.05 on
b against b  300 and 300 values

  inconclusive: the interval is too wide to tell; some 885 values on each side
  would settle it

               base        new   ratio     95 % interval        q
  median      14.29      14.29   1.000    0.951 to 1.052   1.0000  inconclusive
  p95         20.77      20.77       -                 -        -  too few
  min            12         12
  mean        15.23      15.23
  sd          3.088      3.088
  p99         27.26      27.26
  max         28.72      28.72

  medians of 20 blocks of each, 15 values and more to the block; Mann-Whitney,
  exact; a ratio counts from 1.05 on
b against d  300 and 12 values

  inconclusive: the interval is too wide to tell; 242 values on each side would
  settle it

               base        new   ratio     95 % interval        q
  median      14.69      14.29   0.997    0.915 to 1.094   0.9285  inconclusive
  p95         17.74      20.77       -                 -        -  too few
  min            12         12
  mean        14.83      15.23
  sd          2.071      3.088
  p99         19.23      27.26
  max         19.61      28.72

  12 and 300 single values; Mann-Whitney, normal; a ratio counts from 1.05 on
b against standard input  300 and 3 values

  inconclusive: the interval is too wide to tell; 467,625 values on each side
  would settle it

               base        new   ratio     95 % interval        q
  median      13.02      14.29   1.048    0.736 to 1.326   0.5292  inconclusive
  p95         18.95      20.77       -                 -        -  too few
  min            12         12
  mean        14.88      15.23
  sd          4.128      3.088
  p99         19.47      27.26
  max         19.61      28.72

  3 and 300 single values; Mann-Whitney, normal; a ratio counts from 1.05 on
