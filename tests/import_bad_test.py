#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cannot be imported is refused in one line with nothing left, what cannot be kept is counted and said, and Ctrl-C ends an import (R6)."""
# runs in: release asan

import errno
import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import threading
import unittest

from import_case import ImportCase
from tacho_case import TACHO


class BadInput(ImportCase):
    def test_what_is_refused(self):
        spans = '{"resourceSpans":[{"scopeSpans":[{"spans":[%s]}]}]}'
        for text, said in (("hello\n", "begins like no format"), (b"\0" * 70000, "begins like no format"), (b"\x1f\x8bxxxx", "zcat"), ("", "is empty"),
                           ("[{}]", "there is no span in"), ('{"traceEvents":{}}', 'there are no "traceEvents"'), ('{"traceEvents":[1,"a",null,[{}]]}', "there is no span in"),
                           ('[{"ph":"X","name":"a","ts":1,"dur":-5}]', "of 1 none has a name, a begin and an end after it"),
                           ("name,start_ns,duration_ns\n", "there is no span in"), ("name,start_ns,duration_ns\na,0\n", "line 2: the row has 2 fields, the heading 3"),
                           ("name,start_ns,duration_ns\na,0,-1\n", "of 1 none has"), ("name,start_ns,duration_ns\na,x,1\n", 'line 2: this is no number of the column "start_ns"'),
                           ("name,start_ns,duration_ns\na,-9223372036854775809,1\n", "beyond 292 years"), ("name,start_ns,duration_ns\na,9223372036854775807,1\n", "of 1 none has"),
                           ('{"resourceSpans":7}', "there is no span in"), (spans % '{"name":"a","startTimeUnixNano":"x","endTimeUnixNano":"1"}', "of 1 none has"),
                           (spans % '{"name":"a","startTimeUnixNano":"99999999999999999999","endTimeUnixNano":"1"}', "of 1 none has")):
            self.assertIn(said, self.refused(self.write(text)), text)

    def test_what_is_no_file_is_refused(self):
        os.mkfifo(self.path("pipe"))
        threading.Thread(target=lambda: open(self.path("pipe"), "wb").close()).start()
        self.assertIn("is empty", self.refused(self.path("pipe")))
        self.assertIn("is a directory", self.refused(self.root))
        self.assertIn("No such file", self.refused(self.path("missing")))

    def test_the_wrong_format_is_refused(self):
        files = {"chrome": '[{"ph":"X","name":"a","ts":1,"dur":5}]', "csv": "name,start_ns,duration_ns\na,0,1\n", "otlp": '{"resourceSpans":[{"scopeSpans":[]}]}', "archive": "x"}
        for form in files:
            for other in files:
                if form != other:
                    self.refused(self.write(files[other]), "--format", form)

    def test_ids_that_several_have(self):
        session = self.bring(self.write("name,start_ms,duration_ms,thread,id,parent\na,0,10,1,1,\nb,1,5,1,1,1\nc,2,3,1,1,1\nd,2,2,1,2,1\n"))
        path = ("a", "scope", "b", "scope", "c", "scope", "d", "scope")
        self.assertEqual(self.tree(session), {path[:i]: 1 for i in (2, 4, 6, 8)})
        self.assertIn("whose id another has, too: what names it lies in the newest that is open: 2", self.notes(session))

    def test_numbers_as_large_as_can_be(self):
        session = self.bring(self.write('[{"ph":"X","name":"a","pid":1e999,"tid":99999999999999999999,"ts":9.3e18,"dur":1},'
                                        '{"ph":"X","name":"b","pid":-5,"tid":-7,"ts":-5,"dur":1e15},{"ph":"C","name":"c","ts":1,"args":{"v":1e999}}]'))
        self.assertEqual(self.figures(session)["b"][:3], [1, 0, 10**18])
        self.assertIn("a time that can be: 1", self.notes(session))


class Terminals(ImportCase):
    """What somebody sees who waits for an import."""

    def begin(self):
        """One on a terminal of its own that shows how far it is, still reading; and the other end of that terminal."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([TACHO, "import", "-", "-o", self.path("slow")], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=theirs,
                                   start_new_session=True, preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0))
        os.close(theirs)
        process.stdin.write(b"name,start_ns,duration_ns\n")
        while not select.select([ours], [], [], 0.01)[0]:
            process.stdin.write(b"n,0,1\n" * 1000)
            process.stdin.flush()
        return process, ours

    def rest_of(self, terminal):
        seen = b""
        while True:
            try:
                seen += os.read(terminal, 65536)
            except OSError as error:
                self.assertEqual(error.errno, errno.EIO)
                os.close(terminal)
                return seen

    def test_a_line_says_how_far_it_is(self):
        process, terminal = self.begin()
        process.stdin.close()
        seen = self.rest_of(terminal)
        self.assertEqual(process.wait(), 0)
        self.assertRegex(seen, b"^(\r\x1b\\[K(reading: [\\d.]+ [KMG]iB|importing: [\\d,]+ spans of [\\d,]+))+\r\x1b\\[K$")

    def test_ctrl_c_leaves_nothing(self):
        before = sorted(os.listdir(self.root))
        process, terminal = self.begin()
        os.write(terminal, b"\x03")
        seen = self.rest_of(terminal)
        self.assertEqual(process.wait(), -signal.SIGINT)
        self.assertEqual(sorted(os.listdir(self.root)), before)
        self.assertRegex(seen, b"\r\x1b\\[Ktacho: the import was stopped: nothing is left of it\r\n$")
        process.stdin.close()


if __name__ == "__main__":
    unittest.main(verbosity=0)
