#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""abi.py --check|--write [BUILD]: compares what compiled programs rely on with docs/abi/libtacho.abi, or writes it anew.

Described are the names that the libraries export, with their prototypes, or sizes where they are data; of the public
structs, sizes and offsets; the values of enumerators, and of the constants of layout.h.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

top = pathlib.Path(__file__).resolve().parent.parent
described = top / "docs/abi/libtacho.abi"
HEAD = """\
# What programs rely on that were compiled against tacho: x86_64.  tools/abi.py --write makes it, tests/abi_test.sh compares.
# A line that goes or changes breaks them, and needs a new soname; of layout.h, a new TACHO_LAYOUT too.  New ones are fine.
"""


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def text_of(header):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", header.read_text(), flags=re.S)


headers = sorted((top / "include/tacho").glob("*.h"))
includes = "#include <stdio.h>\n" + "".join(f"#include <tacho/{header.name}>\n" for header in headers)


def prototypes():
    """{name: declaration} of all functions that headers declare."""
    found = {}
    for header in headers:
        for text in re.findall(r"^TACHO_API ([^;{]*\([^;{]*\));", text_of(header), re.M):
            text = re.sub(r"\s+", " ", text).replace("( ", "(")
            found[re.search(r"(tacho_\w+) ?\(", text).group(1)] = text
    return found


def library(path):
    declared = prototypes()
    soname = re.search(r"SONAME\s+(\S+)", run("objdump", "-p", str(path))).group(1)
    for line in run("nm", "--dynamic", "--defined-only", "--print-size", str(path)).splitlines():
        fields = line.split()
        if len(fields) < 4:
            continue
        name = fields[3].split("@")[0]
        if fields[2] in "Tt":
            yield f"{soname} {declared.get(name, name + ': declared in no public header')}"
        else:
            yield f"{soname} data {name} of {int(fields[1], 16)} bytes"


def structs(directory):
    source = directory / "all.c"
    source.write_text(includes)
    dump = run("clang", "-std=gnu17", "-fsyntax-only", "-Xclang", "-fdump-record-layouts-complete", f"-I{top}/include", str(source))
    for block in dump.split("*** Dumping AST Record Layout")[1:]:
        head = re.match(r"\s*0 \| struct (tacho_\w+)\n", block)
        if not head:
            continue
        size, align = re.search(r"\[sizeof=(\d+), align=(\d+)", block).groups()
        yield f"struct {head.group(1)}: {size} bytes, aligned to {align}"
        for offset, field in re.findall(r"^\s*([\d:-]+) \|   (\S.*)$", block, re.M):
            yield f"struct {head.group(1)} at {offset}: {field}"


def constants(directory):
    names = []
    for header in headers:
        for body in re.findall(r"\benum\b[^{;()]*\{(.*?)\}", text_of(header), re.S):
            names += [part.split("=")[0].strip() for part in body.split(",") if part.strip()]
    layout = text_of(top / "include/tacho/layout.h").replace("\\\n", " ")
    names += re.findall(r"^#define (TACHO_\w+) +\S", layout, re.M)
    source, program = directory / "constants.c", directory / "constants"
    source.write_text(includes + "int main(void)\n{\n" +
                      "".join(f'printf("constant {name} = %lld\\n", (long long)({name}));\n' for name in names) + "}\n")
    run("cc", "-std=gnu17", f"-I{top}/include", str(source), "-o", str(program))
    return run(str(program)).splitlines()


def describe(build):
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        blocks = [sorted(library(build / "libtacho.so")), sorted(library(build / "libtacho-session.so")),
                  sorted(constants(directory)), sorted(structs(directory), key=lambda line: line.split(" at ")[0].split(":")[0])]
    return HEAD + "".join("\n" + "\n".join(dict.fromkeys(block)) + "\n" for block in blocks)


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1] not in ("--check", "--write"):
        sys.exit("abi.py: --check or --write, and the build's folder?")
    now = describe(top / (sys.argv[2] if len(sys.argv) == 3 else "build"))
    if sys.argv[1] == "--write":
        described.write_text(now)
        return
    was = described.read_text().splitlines()
    gone = [line for line in was if line not in now.splitlines()]
    new = [line for line in now.splitlines() if line not in was]
    if gone:
        print("Compiled programs rely on what is gone or has changed (needs a new soname or TACHO_LAYOUT once there was a release):")
        print("\n".join("  " + line for line in gone))
    if new:
        print("New in the ABI, which is fine once docs/abi/libtacho.abi says so (tools/abi.py --write):")
        print("\n".join("  " + line for line in new))
    if gone or new:
        sys.exit(1)


if __name__ == "__main__":
    main()
