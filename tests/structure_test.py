#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The shape of the house: who includes whom, sizes, headers that stand alone, a README per room, licence lines."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

top = pathlib.Path(__file__).resolve().parent.parent

FILE_LINES, FUNCTION_LINES = 600, 60
# "path" or "path:function" of what is longer on purpose, and why.
LONG = {
    "include/tacho/hot.h:tacho_end_at_inline": "the hot path in its one order of stores, to be read in one piece",
}


def files(*patterns):
    return sorted(path for pattern in patterns for path in top.glob(pattern))


def name(path):
    return str(path.relative_to(top))


sources = files("src/*/*.[ch]", "include/tacho/*.h", "include/tacho/*.hpp", "tests/*.[ch]", "tests/*.cc", "examples/**/*.[ch]", "examples/**/*.cc", "bench/**/*.[ch]", "fuzz/**/*.[ch]",
                "tools/**/*.[ch]")


def allowed():
    """ARCHITECTURE.md's list: room -> rooms whose headers it may include."""
    block = re.search(r"```rooms\n(.*?)```", (top / "ARCHITECTURE.md").read_text(), re.S).group(1)
    return {line.split(":")[0]: line.split(":")[1].split() for line in block.splitlines()}


def include_order():
    may = allowed()
    rooms = {path.name for path in (top / "src").iterdir() if path.is_dir()}
    for room in sorted(rooms - set(may)):
        yield f"src/{room}: is not in the list of rooms of ARCHITECTURE.md"
    for path in files("src/*/*.[ch]"):
        room = path.parent.name
        for line, text in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', text)
            if not match:
                continue
            other = match.group(1).split("/")[0]
            if "/" not in match.group(1):
                yield f'{name(path)}:{line}: includes "{match.group(1)}": write "{room}/{match.group(1)}"'
            elif other != room and other not in may.get(room, []):
                yield f"{name(path)}:{line}: {room} may not include {other} (ARCHITECTURE.md, who may include whom)"
    for path in files("include/tacho/*.h", "include/tacho/*.hpp"):
        for line, text in enumerate(path.read_text().splitlines(), 1):
            if re.match(r'\s*#\s*include\s+"', text):
                yield f"{name(path)}:{line}: a public header includes others as <tacho/...>"


def compile_alone(job):
    compiler, language, standard, header, flags = job
    with tempfile.TemporaryDirectory() as directory:
        source = pathlib.Path(directory) / ("alone.cc" if language == "c++" else "alone.c")
        source.write_text(f"#include {header}\n#include {header}\nextern int one_declaration;\n")
        done = subprocess.run([compiler, "-x", language, f"-std={standard}", "-fsyntax-only", *flags, f"-I{top}/include", f"-I{top}/src",
                               str(source)], capture_output=True, text=True)
    if done.returncode:
        return f"{header} does not compile alone with {compiler} -std={standard}:\n{done.stderr}"
    return None


def headers_alone():
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]
    cast = {"c": [], "c++": ["-Wold-style-cast"]}
    jobs = []
    for header in files("include/tacho/*.h"):
        for compiler in ("gcc", "clang"):
            if shutil.which(compiler):
                for language, standard in (("c", "c17"), ("c++", "c++17"), ("c++", "c++20")):
                    jobs.append((compiler, language, standard, f"<tacho/{header.name}>", strict + cast[language]))
                jobs.append((compiler, "c", "c17", f"<tacho/{header.name}>", strict + ["-DTACHO_DISABLE"]))
    for header in files("include/tacho/*.hpp"):
        for compiler in ("g++", "clang++"):
            if shutil.which(compiler):
                for standard in ("c++17", "c++20"):
                    for more in (["-Wshadow", "-Wconversion", *cast["c++"]], ["-fno-exceptions", "-DTACHO_DISABLE"]):
                        jobs.append((compiler, "c++", standard, f"<tacho/{header.name}>", strict + more))
    for header in files("src/*/*.h"):
        jobs.append(("gcc", "c", "gnu17", f'"{header.parent.name}/{header.name}"', ["-Wall", "-Werror", "-D_GNU_SOURCE"]))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(compile_alone, jobs))


def sizes():
    for path in sources:
        lines = path.read_text().splitlines()
        if len(lines) > FILE_LINES and name(path) not in LONG:
            yield f"{name(path)}: {len(lines)} lines, more than {FILE_LINES}: split it, or give the reason in tests/structure_test.py"
        begin = None
        for number, text in enumerate(lines, 1):
            if text == "{":
                begin = number
            elif text == "}" and begin:
                head = " ".join(lines[max(0, begin - 4):begin - 1])
                function = (re.findall(r"(\w+)\(", head) or ["?"])[-1]
                if number - begin - 1 > FUNCTION_LINES and f"{name(path)}:{function}" not in LONG:
                    yield f"{name(path)}:{begin}: a function of {number - begin - 1} lines, more than {FUNCTION_LINES}"
                begin = None
    for key in LONG:
        if not (top / key.split(":")[0]).exists():
            yield f"tests/structure_test.py: {key} is excused but gone"


def words():
    promise = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    for path in sources + files("tools/*.sh", "tests/*.sh", "tests/*.py", "cmake/*", "CMakeLists.txt", "Makefile"):
        if path == pathlib.Path(__file__).resolve():
            continue
        for line, text in enumerate(path.read_text().splitlines(), 1):
            if promise.search(text):
                yield f"{name(path)}:{line}: promises work for later: {text.strip()}"


def licences():
    for path in sources + files("tools/*.sh", "tests/*.sh", "tests/*.py", "Makefile", ".ci/run", "bench/*.sh", "examples/**/*.sh"):
        if not any("SPDX-License-Identifier: MIT" in line for line in path.read_text().splitlines()[:3]):
            yield f"{name(path)}: has no SPDX-License-Identifier line at its top"


def readmes():
    folders = files("src/*/") + [top / folder for folder in ("cmake", "docs", "tests", "tools", "examples", "bench", "fuzz", "packaging")]
    for folder in folders:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / "README.md").exists():
            yield f"{name(folder)}: has no README.md that says what lives there and how to add one"


def registered_tests():
    """An unregistered static test does not compile; one that is not static would slip through."""
    for path in files("src/*/*_test.c", "tests/*_test.c"):
        text = path.read_text()
        for match in re.finditer(r"^void (\w+)\(void \*\*\w+\)", text, re.M):
            yield f"{name(path)}: {match.group(1)} is not static"
    if "-Wall" not in (top / "cmake/warnings.cmake").read_text():
        yield "cmake/warnings.cmake: -Wall (unused functions) is what finds tests that are not registered"


def main():
    found = 0
    for check in (include_order, headers_alone, sizes, words, licences, readmes, registered_tests):
        problems = list(check())
        found += len(problems)
        print(f"{check.__name__}: {'fine' if not problems else ''}")
        for problem in problems:
            print("  " + problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
