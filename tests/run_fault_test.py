#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho run` where something is wrong: the command is never harmed, nothing recorded is lost, and one line says how to mend it."""
# runs in: release asan

import os
import signal
import subprocess
import sys
import unittest

from tacho_case import TACHO, TachoCase, state_of, wait_until


class NoStore(TachoCase):
    def refused(self, part, *options, extra=None):
        marker = self.path("marker")
        done = self.run_tacho("run", *options, "--", "touch", marker, extra=extra)
        self.assertEqual(done.returncode, 125)
        self.assertFalse(os.path.exists(marker), "the command is not run")
        self.assert_one_line(done.stderr, part)
        self.assertTrue(done.stderr.startswith(b"tacho run: "))

    def test_a_file_in_the_way(self):
        with open(self.store, "w"):
            pass
        self.refused("TACHO_STORE")
        self.refused("TACHO_STORE", extra={"TACHO_STORE": self.store + "/below"})

    def test_a_place_where_nothing_can_be_made(self):
        self.refused("TACHO_STORE", extra={"TACHO_STORE": "/proc/tacho"})
        self.refused("-o DIR", "-o", "/proc/tacho")

    def test_no_home(self):
        del self.environment["TACHO_STORE"]
        self.environment.pop("HOME", None)
        self.environment.pop("XDG_STATE_HOME", None)
        self.refused("TACHO_STORE")

    def test_a_directory_that_is_not_empty(self):
        os.mkdir(self.path("full"))
        with open(self.path("full/precious"), "w") as file:
            file.write("data")
        self.refused("not empty", "-o", self.path("full"))
        self.assertEqual(os.listdir(self.path("full")), ["precious"])

    def test_a_path_that_is_too_long(self):
        self.refused("shorter", "-o", "/tmp/" + "x" * 5000)
        self.refused("x", "-o", "/tmp/" + "x" * 300)

    def test_a_directory_of_ones_own(self):
        done = self.run_tacho("run", "-q", "-o", self.path("new/deep"), "--", "true")
        self.assertEqual(done.returncode, 0)
        self.assertIn("manifest", os.listdir(self.path("new/deep")))
        self.assertEqual(os.stat(self.path("new/deep")).st_mode & 0o777, 0o700)


class FullStore(TachoCase):
    def setUp(self):
        super().setUp()
        os.mkdir(self.store)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tacho-test", self.store], stderr=subprocess.PIPE).returncode:
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.store], check=True)

    def fill(self):
        with open(os.path.join(self.store, ".filler"), "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def test_before_the_run(self):
        self.fill()
        done = self.run_tacho("run", "--", "true")
        self.assertEqual(done.returncode, 125)
        self.assert_one_line(done.stderr, "No space left")
        self.assertEqual(os.listdir(self.store), [".filler"])

    def test_during_the_run_all_stays_on_the_tmpfs(self):
        fill = f"dd if=/dev/zero of={self.store}/.filler bs=4k 2>/dev/null; {TACHO} span inner -- true; exit 3"
        done = self.run_tacho("run", "-q", "--", "sh", "-c", fill)
        self.assertEqual(done.returncode, 3)
        session = self.sessions()[-1]
        if not os.path.islink(os.path.join(session, "live")):
            self.skipTest("no other tmpfs with room here")
        live = os.readlink(os.path.join(session, "live"))
        self.assertIn(live.encode(), done.stderr)
        self.assertTrue(os.listdir(live))
        os.unlink(os.path.join(self.store, ".filler"))
        self.assertEqual(self.run_tacho("report").returncode, 0)
        self.assertEqual(self.spans(session), {"inner": 1})
        self.assertFalse(os.path.islink(os.path.join(session, "live")))

    def test_during_the_run_without_a_tmpfs(self):
        fill = f"dd if=/dev/zero of={self.store}/.filler bs=4k 2>/dev/null; {TACHO} span inner -- sh -c 'exit 5'"
        done = self.run_tacho("run", "-q", "--", "sh", "-c", fill, extra={"TACHO_LIVE": "none"})
        self.assertEqual(done.returncode, 5)
        self.assertNotIn(b"SIGBUS", done.stderr)


class Killed(TachoCase):
    def start(self, script):
        """Its group is killed at the end, whatever the test came to."""
        tacho = subprocess.Popen([TACHO, "run", "-q", "--", "sh", "-c", script], env=self.environment, stdout=subprocess.PIPE,
                                 start_new_session=True)
        self.addCleanup(self.kill_group, tacho.pid)
        self.addCleanup(tacho.stdout.close)
        return tacho

    def kill_group(self, group):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def test_tacho_is_killed_and_the_next_command_adopts_it(self):
        tacho = self.start(f"{TACHO} span first -- true; {TACHO} span second -- sh -c 'echo $$; exec sleep 1000'")
        sleeper = int(tacho.stdout.readline())
        session = self.sessions()[0]
        span = int(self.parent_of(sleeper))
        tacho.kill()
        tacho.wait()
        on_tmpfs = os.path.islink(os.path.join(session, "live"))
        self.assertEqual(self.run_tacho("list").returncode, 0)
        self.assertEqual(self.parts(session), (1, 1) if on_tmpfs else (2, 0), "what is still recorded stays")
        self.assertEqual(self.spans(session), {"first": 1, "second": 0})
        os.kill(sleeper, signal.SIGKILL)
        wait_until(lambda: state_of(span) in ("", "Z"))
        self.assertEqual(self.run_tacho("list").returncode, 0)
        self.assertEqual(self.parts(session), (2, 0))
        self.assertFalse(os.path.lexists(os.path.join(session, "live")))
        self.assertEqual(self.spans(session), {"first": 1, "second": 1})

    def test_what_outlives_the_run_comes_later(self):
        tacho = self.start(f"{TACHO} span late -- sh -c 'echo $$; exec sleep 1000 >/dev/null' & sleep 0.3")
        sleeper = int(tacho.stdout.readline())
        span = self.parent_of(sleeper)
        self.assertEqual(tacho.wait(), 0)
        session = self.sessions()[0]
        self.assertEqual(sum(self.parts(session)), 1)
        os.kill(sleeper, signal.SIGKILL)
        wait_until(lambda: state_of(span) in ("", "Z"))
        self.assertEqual(self.run_tacho("list").returncode, 0)
        self.assertEqual(self.parts(session), (1, 0))
        self.assertEqual(self.spans(session), {"late": 1})

    def test_a_process_that_still_carries_an_old_session_records_nothing(self):
        done = self.run_tacho("run", "-q", "--", "sh", "-c", "echo $TACHO_SESSION")
        session = done.stdout.decode().strip()
        before = os.listdir(session)
        self.assertEqual(self.run_tacho("span", "x", "--", "sh", "-c", "exit 4", extra={"TACHO_SESSION": session}).returncode, 4)
        self.assertEqual(os.listdir(session), before)


if __name__ == "__main__":
    unittest.main()
