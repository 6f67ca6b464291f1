#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho run --keep all` stores every span once, and says which ones it could not (R11.2, R11.7)."""
# runs in: release asan

import glob
import json
import os
import resource
import signal
import subprocess
import unittest

from tacho_case import TACHO, TachoCase, wait_until

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "keep_fixture")


class Keep(TachoCase):
    def keep(self, *command, options=(), **how):
        how.setdefault("check", True)
        return self.run_tacho("run", "-q", "-o", self.path("s"), "--keep", "all", *options, "--", FIXTURE,
                              *map(str, command), **how)

    def dump(self, *options):
        out = self.run_tacho("dump", "--format", "json", *options, self.path("s"), check=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def numbers(self, spans):
        return sorted(span["attributes"]["i"] for span in spans if span["name"] == "span")

    def stored(self):
        return os.path.getsize(os.path.join(self.path("s"), "spans.tacho"))

    def notes(self):
        return self.report(self.path("s"))["notes"]

    def ring_bytes(self):
        """What the parts take on disk, where rings that lie elsewhere are holes."""
        return sum(os.stat(part).st_blocks * 512 for part in glob.glob(self.path("s") + "/part-*.tacho"))

    def test_every_span_once_with_its_attributes(self):
        self.keep("spans", 10000, options=["-c", "attribute_ring_bytes=2M"])
        spans = self.dump()
        self.assertEqual(self.numbers(spans), list(range(10000)))
        self.assertEqual(sum(span["failed"] for span in spans), 5000)
        self.assertTrue(all(span["failed"] == bool(span["attributes"]["i"] % 2) for span in spans))
        self.assertEqual(self.notes(), [])
        self.assertEqual(self.report(self.path("s"))["processes"][0]["spans_kept"], 10000)
        self.assertLess(self.ring_bytes(), 1 << 17)  # neither the ring of 65,536 records nor pages of nothing

    def test_more_than_the_ring_has_room_for(self):
        self.keep("steps", 12)
        spans = self.dump()
        self.assertEqual(len(spans), 12 * 8192)
        self.assertEqual(len({span["begin_ns"] for span in spans if span["name"] == "step"} | {0}) > 8192, True)
        self.assertEqual(self.notes(), [])
        self.assertLess(self.stored(), 6 * 12 * 8192)  # bytes of each

    def test_what_was_overwritten_is_counted(self):
        """A ring of 16 records cannot keep up with a program that never waits."""
        self.keep("spans", 50000, options=["-c", "ring_records=16"])
        kept = self.report(self.path("s"))["processes"][0]["spans_kept"]
        self.assertLess(kept, 50000)
        lost = [note for note in self.notes() if "overwritten before they could be stored" in note]
        self.assertEqual(len(lost), 1)
        self.assertEqual(int(lost[0].split()[0]), 50000 - kept)

    def test_attributes_that_were_overwritten_are_counted(self):
        """Of all stored spans, not only of those that a report looks at one by one.  A copy among the slowest may still be whole."""
        self.keep("spans", 50000, options=["-c", "attribute_ring_bytes=4096"])
        spans = self.dump()
        lacking = [span for span in spans if span["attributes_lost"]]
        self.assertGreater(len(lacking), 4096)
        self.assertTrue(all("i" in span["attributes"] or span["attributes_lost"] for span in spans))
        note = [note for note in self.notes() if "attribute_ring_bytes makes more room" in note]
        self.assertEqual(len(note), 1)
        self.assertIn(int(note[0].split()[0]) - len(lacking), range(16))

    def test_threads_that_end(self):
        self.keep("threads", 8, 500)
        spans = self.dump()
        self.assertEqual(len(spans), 8000 + 16)
        self.assertEqual(len({span["thread"] for span in spans}), 16)
        self.assertEqual(self.numbers(spans), sorted(list(range(500)) * 16))

    def test_a_tree_of_forks_that_is_folded(self):
        self.keep("forks", 50, 20)
        spans = self.dump()
        self.assertEqual(self.numbers(spans), sorted(list(range(20)) * 50))
        self.assertEqual(len({span["pid"] for span in spans}), 50)

    def test_a_program_that_is_killed(self):
        self.keep("killed", 3000, check=False)
        self.assertEqual(self.numbers(self.dump()), list(range(3000)))

    def test_an_observer_that_is_killed(self):
        """What it had not stored yet lies in the rings, and nothing comes twice."""
        run = subprocess.Popen([TACHO, "run", "-q", "-o", self.path("s"), "--keep", "all", "-c", "ring_records=16384", "-c",
                                "attribute_ring_bytes=2M", "--", "sh", "-c", f"{FIXTURE} spans 6000; touch {self.path('ready')}; cat"],
                               env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: os.path.exists(self.path("ready")))
        wait_until(lambda: os.path.exists(os.path.join(self.path("s"), "spans.tacho")))
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdin.close()
        self.assertEqual(self.numbers(self.dump()), list(range(6000)))

    def test_attributes_wait_for_a_span_that_is_still_open(self):
        self.keep("outlives", 20000)
        outer = [span for span in self.dump() if span["name"] == "outer"]
        self.assertEqual(len(outer), 1)
        self.assertEqual(outer[0]["attributes"].get("late"), "still")

    def test_a_reset_leaves_what_came_after_it(self):
        self.keep("reset", 9000, options=["-c", "attribute_ring_bytes=2M"])
        self.assertEqual(self.numbers(self.dump()), list(range(9000)))

    def test_a_full_disk_stops_it_and_says_so(self):
        """The observer may write no file beyond 100,000 bytes; what it stored no longer lies in the ring."""
        run = subprocess.Popen([TACHO, "run", "-q", "-o", self.path("s"), "--keep", "all", "-c", "ring_records=131072", "-c",
                                "attribute_ring_bytes=16M", "--", "sh", "-c", f"touch {self.path('ready')}; read line; exec {FIXTURE} spans 100000"],
                               env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: os.path.exists(self.path("ready")))  # it has no such limit
        resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (100000, resource.RLIM_INFINITY))
        run.communicate(b"go\n")
        self.assertEqual(run.returncode, 0)
        self.assertLessEqual(self.stored(), 100000)
        report = self.report(self.path("s"))
        self.assertEqual(report["names"][0]["count"], 100000)
        self.assertEqual(report["processes"][0]["spans_kept"], 100000)
        self.assertTrue(any("Not every span was stored" in note for note in report["notes"]))

    def test_a_program_with_a_session_of_its_own(self):
        subprocess.run([FIXTURE, "start", self.path("s"), "5000"], check=True,
                       env={**self.environment, "TACHO_ATTRIBUTE_RING_BYTES": "2M"})
        before = self.stored()
        self.assertEqual(self.numbers(self.dump()), list(range(5000)))
        self.assertEqual(self.notes(), [])
        self.assertLess(self.stored(), before / 3)  # libtacho has no compressor; the command has
        self.assertEqual(self.numbers(self.dump()), list(range(5000)))

    def test_windows_are_exact(self):
        self.keep("steps", 10)
        report = json.loads(self.run_tacho("report", "--from", "1ns", "--format", "json", self.path("s"), check=True).stdout)
        self.assertEqual(report["names"][0]["count"], 10 * 8192)
        self.assertIn("all of which were stored", report["basis"])

    def test_a_torn_file(self):
        self.keep("spans", 20000, options=["-c", "attribute_ring_bytes=2M", "-c", "ring_records=16384"])
        path = os.path.join(self.path("s"), "spans.tacho")
        os.truncate(path, self.stored() - 100)
        spans = self.dump()
        self.assertGreater(len(spans), 4096)
        self.assertTrue(any("is torn" in note for note in self.notes()))
        with open(path, "r+b") as file:
            file.seek(3)
            file.write(b"?")
        self.assertGreater(len(self.dump()), 0)
        self.assertTrue(any("no stored spans" in note for note in self.notes()))


if __name__ == "__main__":
    unittest.main()
