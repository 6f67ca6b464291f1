#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho list` shows those sessions that are asked for, in the order that is asked for."""
# runs in: release asan

import json
import os
import shutil
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
        for arguments, what in ((["--sort", "colour"], b"--sort"), (["--last", "0"], b"--last"), (["x"], b"no operand")):
            done = self.run_tacho("list", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(what, done.stderr)


if __name__ == "__main__":
    unittest.main()
