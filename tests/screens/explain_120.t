$ COLUMNS=120 report_fixture photo explain decode
● decode  in ./photo --threads 4 'My Pictures'
  318 spans · 5m 44.46s in all, 5m 19.83s of it its own · 30.8 % of the time in spans

Findings
     medium    takes 30.8 % of the time in spans: halving it saves 37.8 s
               › Make it faster, or do less of it.
     medium    failed 2 of 318 times (0.6 %; 0.2 % to 2.3 % with 95 %)
               › Read why: tacho dump --failed has the messages and attributes.

       min    median      mean       p90       p95       p99     p99.9       max
    987 ms    987 ms    1.08 s    987 ms    1.97 s    1.97 s    1.97 s    1.97 s

  median    right to 0.27 %, from a histogram
  spread    sd 293 ms, 27.1 % of the mean
  tail      p99 is 2 times the median
  what if   halved it saves 37.8 s; left out it saves 1m 15.56s, and all is 1.44 times as fast, with as many root spans
            at once as before; no interval: it needs at least six whole trees with it, or stretches of one

            from      spans
          800 ms        287   90.3 %  ██████████████████████████████████████████████████
          1.00 s          0    0.0 %
          1.20 s          0    0.0 %
          1.40 s          0    0.0 %
          1.60 s          0    0.0 %
          1.80 s         31    9.7 %  █████▍

Stands in
  photo                                        318     5m 44s

Holds
  scale                                        316     24.6 s    7.2 %

Failures
  decode  2 of 318  0.6 %
    first      12.3 s  Premature end of JPEG file  photo_id=17 file="Autumn in the mountains.jpg"
    last     3m 2.00s  code -5  photo_id=17 file="Autumn in the mountains.jpg" iso=100 raw=false
