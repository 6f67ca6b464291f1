$ echo 5 | COLUMNS=80 tacho stats; yes 3 | head -200 | COLUMNS=80 tacho stats --unit B; (seq 100; echo 1e300) | COLUMNS=80 tacho stats --unit dogs; COLUMNS=80 tacho stats --format json <<<"-1.5"; printf "0\n-4\n" >z; tacho stats --format json z z | tail -n +4 | head -24
standard input  1 value

       min    median      mean       p90       p95       p99     p99.9       max
         5         5         5         5         5         5         5         5

  median    no interval: that takes six values
  spread    no sd: that takes two values; half lie within 0 of the median,
            robust cv 0 %
  trend     not told: a trend needs at least 4 values
  unusual   not looked for: that takes more than 100 values
standard input  200 values

       min    median      mean       p90       p95       p99     p99.9       max
       3 B       3 B       3 B       3 B       3 B       3 B       3 B       3 B

  median    between 3 B and 3 B with 95 % confidence
  spread    sd 0 B, 0 % of the mean; half lie within 0 B of the median, robust
            cv 0 %
  tail      p99 is 1 times the median
  trend     stable
standard input  101 values in dogs

       min    median      mean       p90       p95       p99     p99.9       max
         1        51 9.90e+297        91        96       100 9.00e+299 1.00e+300

  median    between 41 and 61 with 95 % confidence
  spread    sd 9.95e+298, 1,005 % of the mean; half lie within 25 of the median,
            robust cv 72.7 %
  tail      p99 is 1.96 times the median
  trend     degrading, +10,000 % in a drift, confidence 0.99
  unusual   1, furthest out value 101: 1.00e+300
  in order  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁█
            medians from 1 at the bottom, 5.00e+299 at the top

            from     values
               0         19   18.8 %  ███████████████████████████████████████▉
              20         20   19.8 %  ██████████████████████████████████████████
              40         20   19.8 %  ██████████████████████████████████████████
              60         20   19.8 %  ██████████████████████████████████████████
              80         20   19.8 %  ██████████████████████████████████████████
             100          1    1.0 %  ██▏
        over 120          1    1.0 %  ██▏
{
  "schema": "tacho.stats/1",
  "unit": null,
  "unit_reason": "none was given",
  "file": "standard input",
  "column": null,
  "column_reason": "each line is one number",
  "first_seconds": null,
  "first_seconds_reason": "no column of times was given",
  "last_seconds": null,
  "last_seconds_reason": "no column of times was given",
  "summary": {
    "n": 1,
    "method": "exact",
    "enough_data": false,
    "count": 1,
    "total": -1.5,
    "mean": -1.5,
    "sd": null,
    "sd_reason": "needs at least two values",
    "cv": null,
    "cv_reason": "needs at least two values",
    "min": -1.5,
    "max": -1.5,
    "median": -1.5,
    "median_lo": null,
    "median_lo_reason": "needs at least six values",
    "median_hi": null,
    "median_hi_reason": "needs at least six values",
    "p90": -1.5,
    "p95": -1.5,
    "p99": -1.5,
    "p999": -1.5,
    "mad": 0,
    "rcv": 0,
    "tail_ratio": null,
    "tail_ratio_reason": "needs at least 100 values",
    "quantile_error": 0,
    "success": null,
    "success_reason": "a number has no outcome",
    "failed": null,
    "failed_reason": "a number has no outcome"
  },
  "trend": {
    "n": 1,
    "method": "none",
    "enough_data": false,
    "low_power": true,
    "basis": "values",
    "trend": "stable",
    "shape": "none",
    "change_percent": null,
    "change_percent_reason": "insufficient_data: a trend needs at least 4 values",
    "change_lo": null,
    "change_lo_reason": "insufficient_data: a trend needs at least 4 values",
    "change_hi": null,
    "change_hi_reason": "insufficient_data: a trend needs at least 4 values",
    "told": "none",
    "told_percent": null,
    "told_percent_reason": "no trend was found",
    "told_lo": null,
    "told_lo_reason": "no trend was found",
    "told_hi": null,
    "told_hi_reason": "no trend was found",
    "slope_per_run": null,
    "slope_per_run_reason": "insufficient_data: a trend needs at least 4 values",
    "p_value": null,
    "p_value_reason": "insufficient_data: a trend needs at least 4 values",
    "tau": null,
    "tau_reason": "insufficient_data: a trend needs at least 4 values",
    "n_eff": null,
    "n_eff_reason": "insufficient_data: a trend needs at least 4 values",
    "halves_change_percent": null,
    "halves_change_percent_reason": "the first half has no mean above 0",
    "confidence": null,
    "confidence_reason": "no trend was found"
  },
  "change_points": [],
  "anomalies": {
    "n": 1,
    "method": "samples",
    "enough_data": false,
    "reason": "that takes more than 100 values",
    "found": []
  },
  "leak": null,
  "leak_reason": "--leak was not given",
  "forecast": null,
  "forecast_reason": "no column of times was given"
}
  "unit_reason": "none was given",
  "verdict": "inconclusive",
  "scope": "this pair only",
  "comparisons": [
    {
      "statistic": "median",
      "verdict": "inconclusive",
      "reason": "too few values for any difference to show",
      "confidence": null,
      "confidence_reason": "there is no verdict",
      "ratio": null,
      "ratio_reason": "too few values for any difference to show",
      "ratio_lo": null,
      "ratio_lo_reason": "too few values for any difference to show",
      "ratio_hi": null,
      "ratio_hi_reason": "too few values for any difference to show",
      "p_value": 1,
      "inflation": 1,
      "p_widened": 1,
      "q_value": 1,
      "u": 2,
      "delta": 0.05,
      "needed": 5,
      "units": "spans",
