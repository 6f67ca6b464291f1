#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R11.5: docs/SERIES.md has every series of every source, as the descriptors say.  With --write it is brought up to date."""
import os
import pathlib
import re
import subprocess
import sys

top = pathlib.Path(__file__).resolve().parent.parent
page = top / "docs/SERIES.md"
fixture = os.path.join(os.environ.get("TACHO_BUILD", "build"), "tests", "series_fixture")
tables = subprocess.run([fixture], capture_output=True, text=True, check=True).stdout
head = page.read_text().split("\n## ", 1)[0].rstrip("\n") + "\n"
if "--write" in sys.argv:
    page.write_text(head + tables)
    sys.exit(0)
problems = []
if head + tables != page.read_text():
    problems.append("docs/SERIES.md differs from the descriptors: TACHO_BUILD=build python3 tests/series_test.py --write")
rows = [row.split(" | ") for row in tables.splitlines() if row.startswith("| ") and not row.startswith("| series")]
names = [row[0] for row in rows]
problems += [f"{name}: there are two of this name" for name in set(names) if names.count(name) > 1]
problems += [f"{row[0]}: a name is area.noun" for row in rows if not re.fullmatch(r"\| [a-z]+\.[a-z0-9_]+(\.DEVICE)?", row[0])]
problems += [f"{row[0]}: unit, source, resolution and help are of every series" for row in rows
             if not (row[1] and row[3] and row[4] and row[5].strip(" |").endswith("."))]
problems += [f"{row[0]}: a rate adds up to something" for row in rows if row[1].endswith("/s") and row[2] != row[1][:-2]]
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
