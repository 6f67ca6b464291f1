#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho list` shows those sessions that are asked for, in the order that is asked for."""
# runs in: release asan

import json
import os
import shutil
import time
import unittest

from tacho_case import TACHO, TachoCase

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "keep_fixture")


class List(TachoCase):
    def setUp(self):
        super().setUp()
        for name, command in (("b", [FIXTURE, "spans", "7"]), ("a", ["false"]), ("a", [FIXTURE, "spans", "9"]), ("c", ["true"])):
            before = set(os.listdir(self.store)) if os.path.isdir(self.store) else set()
            self.run_tacho("run", "-q", "--name", name, "--", *command)
            folder, = set(os.listdir(self.store)) - before
            self.date(folder, 1700000000 + len(before))

    def names(self, *options):
        out = self.run_tacho("list", "--format", "json", *options, check=True).stdout
        return [(one["session"]["name"], one["spans"]) for one in json.loads(out)["sessions"]]

    def test_filters(self):
        self.assertEqual(self.names(), [("c", 0), ("a", 9), ("a", 0), ("b", 7)])
        self.assertEqual(self.names("--name", "a"), [("a", 9), ("a", 0)])
        self.assertEqual(self.names("--failed"), [("a", 0)])
        self.assertEqual(self.names("--name", "a", "--last", "1"), [("a", 9)])
        self.assertEqual(self.names("--name", "none"), [])
        self.assertIn(b"No session in the store is such", self.run_tacho("list", "--name", "none", check=True).stdout)

    def test_where_and_when(self):
        """What was recorded about each run; all of it holds together."""
        for folder, changes in zip(sorted(os.listdir(self.store)), ({"host": "attic", "directory": "/srv/jobs/nightly"},
                                                                     {"host": "attic", "directory": "/srv/jobs"},
                                                                     {"directory": "/srv/jobs2", "git_commit": "0123456789abcdef"}, {})):
            path = os.path.join(self.store, folder, "manifest")
            kept = [line for line in self.read(path).splitlines() if line.split()[0] not in changes and not line.startswith("git_commit")]
            with open(path, "w") as file:
                file.write("\n".join([*kept, *(f"{key} {value}" for key, value in changes.items())]) + "\n")

        def chosen(*options):
            return sorted(one["name"] for one in json.loads(self.run_tacho("list", "--format", "json", *options, check=True).stdout)["sessions"])

        folders = sorted(os.listdir(self.store))
        self.assertEqual(chosen("--host", "attic"), folders[:2])
        self.assertEqual(chosen("--directory", "/srv/jobs"), folders[:2])
        self.assertEqual(chosen("--directory", "/srv/jobs/nightly/"), folders[:1])
        self.assertEqual(chosen("--directory", "/"), folders)
        self.assertEqual(chosen("--commit", "0123"), folders[2:3])
        self.assertEqual(chosen("--commit", "123"), [])
        self.assertEqual(chosen("--host", "attic", "--name", "b"), [])
        self.date(folders[3], int(time.time()) - 3600)
        self.assertEqual(chosen("--newer", "2h"), folders[3:])
        self.assertEqual(chosen("--older", "2h"), folders[:3])
        self.assertEqual(chosen("--newer", "2h", "--older", "90m"), [])

    def test_orders(self):
        self.assertEqual(self.names("--sort", "spans")[:2], [("a", 9), ("b", 7)])
        self.assertEqual([name for name, _ in self.names("--sort", "name")], ["a", "a", "b", "c"])
        self.assertEqual(self.names("--sort", "when", "--last", "2"), [("c", 0), ("a", 9)])

    def test_many_are_told_from_the_history(self):
        """As they are told when they are opened; and without a history they are opened."""
        folders = sorted(os.listdir(self.store))
        for i in range(100):
            copy = os.path.join(self.store, f"{folders[i % 4].rsplit('-', 2)[0]}-20260101-{i:06}")
            shutil.copytree(os.path.join(self.store, folders[i % 4]), copy)
        with open(os.path.join(self.store, folders[3], "manifest"), "w") as file:
            file.write("no session")
        told = [self.run_tacho("list", "--format", "json", check=True) for _ in range(2)]
        database = os.path.join(self.store, "history.sqlite")
        self.assertTrue(os.path.exists(database))
        os.unlink(database)
        os.mkdir(database)
        told.append(self.run_tacho("list", "--format", "json", check=True))
        sessions = json.loads(told[0].stdout)["sessions"]
        self.assertEqual(len(sessions), 104)
        self.assertEqual(sum(one["session"] is None for one in sessions), 1)
        self.assertEqual({one["spans"] for one in sessions if one["session"]}, {0, 7, 9})
        for done in told[1:]:
            self.assertEqual((done.stdout, done.stderr), (told[0].stdout, b""))
        os.rmdir(database)
        with open(database, "w") as file:
            file.write("no database " * 1000)
        done = self.run_tacho("list", "--format", "json", check=True)
        self.assertEqual(done.stdout, told[0].stdout)
        self.assert_one_line(done.stderr, "made anew from the sessions")

    def test_mistakes(self):
        for arguments, what in ((["--sort", "colour"], b"--sort takes one of when, name, runtime, spans, failed, size, not"), (["--newer", "soon"], b"--newer"), (["--last", "0"], b"--last"), (["x"], b"no operand")):
            done = self.run_tacho("list", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(what, done.stderr)


if __name__ == "__main__":
    unittest.main()
