#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What README.md shows is what happens: its C program compiles without a warning, its shell lines run, its links lead somewhere."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

top = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(os.environ.get("TACHO_BUILD", top / "build")).resolve()
readme = (top / "README.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", readme, re.M | re.S)


def check(right, message):
    if not right:
        sys.exit(f"readme_test: {message}")


def links():
    for text, target in re.findall(r"!?\[([^]]*)\]\(([^)]+)\)", readme):
        check(re.match(r"https?:", target) or (top / target).exists(), f"'{text}' links to {target}, which is not there")


def make_targets():
    makefile = (top / "Makefile").read_text()
    for target in set(re.findall(r"\bmake ([a-z]+)", readme)):
        check(re.search(rf"^{target}:", makefile, re.M), f"make has no target '{target}'")


def run(directory, script):
    """The lines of one block, as a user with an installed tacho types them."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TACHO_")}
    environment.update(TACHO_STORE=f"{directory}/store", PATH=f"{build}:{os.environ['PATH']}", C_INCLUDE_PATH=f"{top}/include",
                       LIBRARY_PATH=str(build), LD_LIBRARY_PATH=str(build), LC_ALL="C.UTF-8", NO_COLOR="1")
    return subprocess.run(["bash", "-x"], input=script, cwd=directory, env=environment, capture_output=True, text=True)


def first_program(directory):
    source = blocks("c")[0]
    example = (top / "examples/c/first.c").read_text()
    check(source == example[example.index("#include"):], "the C program is not that of examples/c/first.c")
    (directory / "first.c").write_text(source)
    shutil.copy(top / "README.md", directory)
    script = next(block for block in blocks("sh") if "first.c" in block)
    check(script.startswith("cc first.c"), "the first shell block does not build first.c")
    compiler = os.environ.get("CC", "cc")
    done = run(directory, script.replace("cc ", f"{compiler} -std=gnu17 -Wall -Wextra -Werror ", 1))
    check(done.returncode == 0, f"the lines of the first program end with {done.returncode}:\n{done.stderr}")
    words = len(readme.split())
    check(f"{words:7} words in README.md" in done.stdout, f"README.md has {words} words, but the program says:\n{done.stdout}")
    for shown, where in (("stderr of the run", done.stderr), ("report", done.stdout)):
        for expected in ("file", "count", "No such file or directory"):
            check(expected in where, f"the {shown} has no '{expected}':\n{where}")


def shell_script(directory):
    script = next(block for block in blocks("sh") if "tacho span" in block)
    done = run(directory, "set -e\n" + script)
    check(done.returncode == 0, f"the shell example ends with {done.returncode}:\n{done.stderr}")
    check((directory / "backup.tar.gz").stat().st_size > 0, "the shell example made no backup")
    for expected in ("list", "pack"):
        check(expected in done.stderr, f"the report of the shell example has no '{expected}':\n{done.stderr}")


def main():
    links()
    make_targets()
    for example in (first_program, shell_script):
        with tempfile.TemporaryDirectory(prefix="tacho-readme-") as directory:
            example(pathlib.Path(directory))


if __name__ == "__main__":
    main()
