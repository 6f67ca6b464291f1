$ awk 'BEGIN { x = 7; for (i = 0; i < 600; i++) { x = (x * 16807) % 2147483647; u = x / 2147483647; printf "%.3f\n", (12 - 3 * log(1 - u)) * (i < 300 ? 1 : 1.2) } }' >a; COLUMNS=80 tacho stats --unit ms a
a  600 values

       min    median      mean       p90       p95       p99     p99.9       max
   12.0 ms   15.8 ms   16.6 ms   21.0 ms   22.9 ms   27.3 ms   32.8 ms   33.4 ms

  median    between 15.5 ms and 16.2 ms with 95 % confidence
  spread    sd 3.42 ms, 20.6 % of the mean; half lie within 2.12 ms of the
            median, robust cv 19.9 %
  tail      p99 is 1.73 times the median
  trend     degrading, +21.8 % in a step, confidence 0.99
  level     from value 299 on 17.4 ms, before 14.3 ms: +19.4 %
  in order  ▂▄▃▃▂▂▂▃▂▂▃▃▂▂▃▂▆▂▂▃▂▂▃▄▁▂▂▂▁▅▃▆▄▃▄▇▄▄▇▅▇█▃▅▃▇▆▄▄▄▅█▇▅▆▅▅▅▄▄▆▇▅▆▇▅▅▄
            medians from 12.4 ms at the bottom, 20.5 ms at the top

            from     values
         12.0 ms        133   22.2 %  █████████████████████████████▉
         14.0 ms        187   31.2 %  ██████████████████████████████████████████
         16.0 ms        107   17.8 %  ████████████████████████
         18.0 ms         87   14.5 %  ███████████████████▌
         20.0 ms         49    8.2 %  ███████████
         22.0 ms         13    2.2 %  ██▉
         24.0 ms         11    1.8 %  ██▌
         26.0 ms          9    1.5 %  ██
    over 28.0 ms          4    0.7 %  ▉
