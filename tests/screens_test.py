#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Screens: each tests/screens/NAME.t is a command line, `$ …`, and below it what it prints, stdout and stderr together.

The commands run in an empty folder with a private store; build/ and build/tests/ are in PATH.  A line `# times` at the top
says that figures of time and size are not to be compared: their digits become 0.  TACHO_SCREENS_WRITE=1 writes
what is printed into the files; read the difference before you commit it.
"""
# runs in: release asan

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BUILD = os.path.abspath(os.environ.get("TACHO_BUILD", "build"))
SCREENS = pathlib.Path(__file__).resolve().parent / "screens"


def environment(folder):
    kept = {key: value for key, value in os.environ.items() if key in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "HOME")}
    return {**kept, "PATH": f"{BUILD}:{BUILD}/tests:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TACHO_STORE": f"{folder}/store",
            "XDG_CONFIG_HOME": f"{folder}/config"}


def printed(command):
    with tempfile.TemporaryDirectory(prefix="tacho-screens-") as folder:
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment(folder), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        text = done.stdout.decode().replace(folder, "FOLDER")
    return text + (f"[status {done.returncode}]\n" if done.returncode else "")


def without_times(text):
    text = re.sub(r"[▁▂▃▄▅▆▇█▏▎▍▌▋▊▉░]+", "█", text)
    text = re.sub(r"\d+(\.\d+)? (ns|µs|ms|s|m|h|B|KiB|MiB|GiB|%)(?!\w)", r"0 \2", text)
    text = re.sub(r"0 (ns|µs|ms|s)\b", "0 s", text)
    text = re.sub(r"0 (B|KiB|MiB|GiB)\b", "0 B", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "0000-00-00 00:00:00", text)
    text = re.sub(r"\d{8}-\d{6}", "00000000-000000", text)
    return re.sub(r" +", " ", text)


class Screens(unittest.TestCase):
    def check(self, path):
        lines = path.read_text().splitlines(keepends=True)
        head = [line for line in lines if line.startswith(("#", "$ "))][:2 if lines[0].startswith("#") else 1]
        command = head[-1][2:]
        expected, got = "".join(lines[len(head):]), printed(command)
        if os.environ.get("TACHO_SCREENS_WRITE"):
            path.write_text("".join(head) + got)
        elif head[0].startswith("# times"):
            self.assertMultiLineEqual(without_times(expected), without_times(got), path.name)
        else:
            self.assertMultiLineEqual(expected, got, path.name)


for path in sorted(SCREENS.glob("*.t")):
    setattr(Screens, f"test_{path.stem}", lambda self, path=path: self.check(path))

if __name__ == "__main__":
    Screens.maxDiff = None
    sys.exit(unittest.main())
