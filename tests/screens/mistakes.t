$ tacho rpeort; tacho frobnicate; tacho --hepl; tacho report --formt json; tacho report --format xml; tacho report a b; tacho report --window x; tacho report --sort size; tacho list x
tacho: there is no command "rpeort"; did you mean "report"? (see tacho --help)
tacho: there is no command "frobnicate" (see tacho --help)
tacho: there is no option --hepl before a command (see tacho --help)
tacho: report has no option --formt; did you mean --format? (see tacho report --help)
tacho: --format is text or json, not "xml" (see tacho report --help)
tacho: report takes one SESSION, not "b" too (see tacho report --help)
tacho: --window takes a duration like 30s, 5m or 1h30m, not "x" (see tacho report --help)
tacho: --sort is first, total, self, mean, p95, count, failed or name, not "size" (see tacho report --help)
tacho: list takes no operand, not "x" (see tacho list --help)
[status 2]
