$ diff_fixture pair markdown; diff_fixture hostile markdown 1
### 🔴 1 of 6 names is slower, 1 faster, 2 undecided, 2 the same, 1 new, 1 vanished; the run took 4.00 s, the base 4.00 s: 0.0 %, undecided

import-20261121-134612 against import-20261120-091549 (of these two runs alone)

base and new are of whole runs; the change is the median ratio of each new 20th of a run or span to each base 20th of a run or span

**regression>10%**: insert

#### Slower

| | name | base | new | change | 95 % interval | q |
|---|---|--:|--:|--:|--:|--:|
| 🔴 | <code>insert</code> | 12.0 ms | 14.5 ms | **+20.4 %** | +19.0 to +21.9 % | < 0.0001 |
| 🔴 | <code>insert</code> p95 | 13.2 ms | 15.8 ms | **+19.8 %** | +19.0 to +20.5 % | < 0.0001 |

#### Faster

| | name | base | new | change | 95 % interval | q |
|---|---|--:|--:|--:|--:|--:|
| 🟢 | <code>encode</code> | 1.01 ms | 840 µs | **−17.7 %** | −20.4 to −14.7 % | < 0.0001 |
| 🟢 | <code>encode</code> p95 | 1.26 ms | 1.06 ms | **−16.2 %** | −17.5 to −15.2 % | < 0.0001 |

<details><summary>Undecided: 2</summary>

| | name | base | new | change | 95 % interval | needs |
|---|---|--:|--:|--:|--:|--:|
| ❔ | <code>rare</code> | 1.02 ms | 1.19 ms | +17.0 % | - | 7+ runs |
| ❔ | <code>flush to disk and wait for it</code> | 41.7 ms | 35.0 ms | −10.0 % | −31.2 to +20.3 % | 30+ runs |

</details>

<details><summary>The same: 2</summary>

| | name | base | new | change | 95 % interval | q |
|---|---|--:|--:|--:|--:|--:|
| ⚪ | <code>parse</code> | 5.13 ms | 5.10 ms | −0.4 % | −1.8 to +0.9 % | 0.8333 |
| ⚪ | <code>zero</code> | 0 ns | 0 ns | 0.0 % | 0.0 to 0.0 % | 1.0000 |

</details>

<details><summary>New: 1</summary>

| name | spans | median | total |
|---|--:|--:|--:|
| <code>verify</code> | 30 | 2.07 ms | 60.8 ms |

</details>

<details><summary>Vanished: 1</summary>

| name | spans | median | total |
|---|--:|--:|--:|
| <code>old checksum</code> | 30 | 1.98 ms | 59.5 ms |

</details>

<details><summary>The run</summary>

| | name | base | new | change | 95 % interval | q / needs |
|---|---|--:|--:|--:|--:|--:|
| ❔ undecided | <code>runtime</code> | 4.00 s | 4.00 s | 0.0 % | - | 6+ runs |
| ❔ undecided | <code>CPU time</code> | 3.00 s | 3.50 s | +16.7 % | - | 6+ runs |
| ❔ undecided | <code>largest process</code> | 190 MiB | 212 MiB | +11.6 % | - | 6+ runs |

</details>
### 🟢 3 of 3 names are the same; the run took 4.09 s, the base 4.09 s: 0.0 %, undecided

x&#124;y against x&#124;y (of these two runs alone)

base and new are of whole runs; the change is the median ratio of each new 20th of a run to each base 20th of a run

<details><summary>The same: 3</summary>

| | name | base | new | change | 95 % interval | q |
|---|---|--:|--:|--:|--:|--:|
| ⚪ | <code>a name of many more columns than there are in a terminal of eighty, and some more of it</code> | 100 ms | 100 ms | 0.0 % | −1.1 to +1.1 % | 1.0000 |

… 2 more

</details>

<details><summary>The run</summary>

| | name | base | new | change | 95 % interval | q / needs |
|---|---|--:|--:|--:|--:|--:|
| ❔ undecided | <code>runtime</code> | 4.09 s | 4.09 s | 0.0 % | - | 6+ runs |
| ❔ undecided | <code>CPU time</code> | 0 ns | 0 ns | - | - | 6+ runs |
| ❔ undecided | <code>largest process</code> | 0 B | 0 B | - | - | 6+ runs |

</details>

> x&#124;y was killed: what it did until then is compared

> x&#124;y is on both sides: it is compared with itself
