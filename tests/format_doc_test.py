#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The byte tables of docs/FORMAT.md are those of the compiler: each offset, each size, no byte left out.  So are its keys.
CC is the compiler, with its options: one for 32 bits must find the same."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

top = pathlib.Path(__file__).resolve().parent.parent
tables = {}  # struct -> (bytes, [(offset, bytes, field)])
struct = None
for line in (top / "docs/FORMAT.md").read_text().splitlines():
    if heading := re.match(r"#+ struct (\w+): (\d+) bytes", line):
        struct = heading.group(1)
        tables[struct] = (int(heading.group(2)), [])
    elif line.startswith("#"):
        struct = None
    elif struct and (row := re.match(r"\| (\d+) \| (\d+) \| ([\w\[\]-]+) \|", line)):
        tables[struct][1].append((int(row.group(1)), int(row.group(2)), row.group(3)))

problems = []
program = ["#include <stddef.h>", "#include <stdio.h>", '#include "format/log_frame.h"', '#include "format/part.h"', '#include "format/spans_file.h"', "int main(void)", "{"]
for struct, (size, rows) in tables.items():
    program.append(f'printf("{struct} %zu\\n", sizeof(struct {struct}));')
    at = 0
    for offset, count, field in rows:
        if offset != at:
            problems.append(f"struct {struct}: {field} begins at {offset}, the row before ends at {at}")
        at = offset + count
        if field != "-":
            plain = field.split("[")[0]
            member = f"((struct {struct} *)0)->{plain}"
            length = f"sizeof {member} / sizeof {member}[0]" if "[" in field else "(size_t)0"
            program.append(f'printf("{struct}.{plain} %zu %zu %zu\\n", offsetof(struct {struct}, {plain}), sizeof {member}, {length});')
    if at != size:
        problems.append(f"struct {struct}: the table ends at {at}, its heading says {size}")
program += ["return 0;", "}"]

with tempfile.TemporaryDirectory() as directory:
    source = pathlib.Path(directory) / "print.c"
    source.write_text("\n".join(program))
    binary = str(pathlib.Path(directory) / "print")
    subprocess.run([*os.environ.get("CC", "cc").split(), "-D_GNU_SOURCE", f"-I{top}/include", f"-I{top}/src", str(source), "-o", binary], check=True)
    said = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
actual = {line.split()[0]: [int(word) for word in line.split()[1:]] for line in said.splitlines()}

for struct, (size, rows) in tables.items():
    if actual[struct] != [size]:
        problems.append(f"struct {struct}: {actual[struct][0]} bytes, docs/FORMAT.md says {size}")
    for offset, count, field in rows:
        if field == "-":
            continue
        length = int(field.split("[")[1][:-1]) if "[" in field else 0
        is_now = actual[f"{struct}.{field.split('[')[0]}"]
        if is_now != [offset, count, length]:
            problems.append(f"struct {struct}.{field}: offset {is_now[0]}, {is_now[1]} bytes; docs/FORMAT.md says {offset}, {count}")

# The keys of a manifest and the types of the log are the source's.
page = (top / "docs/FORMAT.md").read_text()
manifest = (top / "src/format/manifest.c").read_text()
for key in re.findall(r'put_\w+\(out, "(\w+)"', manifest) + re.findall(r'fprintf\(out, "(\w+) ', manifest):
    if f"`{key}`" not in page:
        problems.append(f"docs/FORMAT.md: says nothing of the manifest's key {key}")
for name, number in re.findall(r"TC_LOG_([A-Z]+) = (\d+),?\n", (top / "src/format/log_frame.h").read_text()):
    if f"| {number} | {name.lower().rstrip('s')}" not in page:
        problems.append(f"docs/FORMAT.md: says nothing of the log's entry {number}, {name.lower()}")

if len(tables) < 10:
    problems.append(f"only {len(tables)} tables found in docs/FORMAT.md")
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
