#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files of /proc that the kernel makes their reader wait for: the recording goes on and ends, and says which one it was.  Here a library
that is loaded before libc's opens a pipe without a writer instead of them."""
# runs in: release

import json
import os
import subprocess
import sys
import unittest

from tacho_case import TACHO, TachoCase

LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int open64(const char *path, int flags, ...)
{
	va_list list;
	va_start(list, flags);
	unsigned mode = va_arg(list, unsigned); /* there or not */
	va_end(list);
	const char *end = strrchr(path, '/');
	if (!strncmp(path, "/proc/", 6) && end && strstr(getenv("WAITING"), end))
		path = getenv("WAITING_FOR");
	return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64"))(path, flags, mode);
}
"""

IN_THE_PROGRAM = """
import ctypes, sys
tacho = ctypes.CDLL(sys.argv[1])
tacho.tacho_session_directory.restype = ctypes.c_char_p
assert tacho.tacho_start(None) == 0
print(tacho.tacho_session_directory().decode())
tacho.tacho_stop()
"""


class Waiting(TachoCase):
    def setUp(self):
        super().setUp()
        library, source = self.path("waiting.so"), self.path("waiting.c")
        with open(source, "w") as file:
            file.write(LIBRARY)
        compiler = os.environ.get("CC", "cc").split()
        subprocess.run([*compiler, "-shared", "-fPIC", source, "-o", library], check=True)
        os.mkfifo(self.path("pipe"))
        self.waiting = {"LD_PRELOAD": library, "WAITING_FOR": self.path("pipe"), "WAITING": "/smaps_rollup"}

    def assert_told(self, session, file):
        report = self.report(session)
        notes = [note for note in report["notes"] if f"/{file} did not answer" in note]
        self.assertTrue(notes, report["notes"])
        self.assertEqual(len(notes), len(set(notes)))
        self.assertTrue(any("missing, as files" in note for note in report["notes"]), report["notes"])
        return {series["name"]: series for series in report["series"]}

    def assert_others_are_read(self, series):
        self.assertIsNotNone(series["system.memory"]["max"])
        self.assertIsNotNone(series["process.cpu"]["total"])

    def test_the_memory_of_a_process(self):
        done = self.run_tacho("run", "-o", self.path("s"), "--", "true", extra=self.waiting)
        self.assertEqual(done.returncode, 0, done.stderr)
        series = self.assert_told(self.path("s"), "smaps_rollup")
        self.assert_others_are_read(series)
        self.assertIsNone(series["process.memory_proportional"]["max"])
        self.assertIn("the kernel made its reader wait", series["process.memory_proportional"]["max_reason"])

    def test_the_arguments_of_a_process(self):
        done = self.run_tacho("run", "-o", self.path("s"), "--", "true", extra={**self.waiting, "WAITING": "/cmdline"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_others_are_read(self.assert_told(self.path("s"), "cmdline"))

    def test_a_program_that_observes_itself_stops_and_ends(self):
        library = os.path.join(os.path.dirname(TACHO), "libtacho.so")
        done = subprocess.run([sys.executable, "-c", IN_THE_PROGRAM, library], env={**self.environment, **self.waiting},
                              stdout=subprocess.PIPE, check=True)
        self.assert_others_are_read(self.assert_told(done.stdout.decode().strip(), "smaps_rollup"))

    def test_doctor(self):
        done = self.run_tacho("doctor", "--format", "json", extra=self.waiting)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        sources = {source["name"]: source for source in json.loads(done.stdout)["sources"]}
        self.assertTrue(sources["proc_tree"]["available"])
        for series in sources["proc_memory"]["series"]:
            self.assertRegex(series["available_reason"], r"^/proc/\d+/smaps_rollup did not answer")


if __name__ == "__main__":
    unittest.main()
