#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho history`: figures over past runs, from a database that is made of the sessions and never in their way (R4.4)."""
# runs in: release asan

import glob
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import unittest

from tacho_case import TACHO, TachoCase, wait_until

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "keep_fixture")


class History(TachoCase):
    def record(self, spans, name="job", **how):
        self.run_tacho("run", "-q", "--name", name, "--", FIXTURE, "spans", str(spans), check=True, **how)

    def history(self, *arguments):
        done = self.run_tacho("history", "--format", "json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout), done.stderr.decode()

    def values(self, *arguments):
        return [run["value"] for run in self.history(*arguments)[0]["runs"]]

    @property
    def database(self):
        return os.path.join(self.store, "history.sqlite")

    def test_runs_come_and_go(self):
        for spans in (10, 20, 30):
            self.record(spans)
        self.assertEqual(self.values("span", "--stat", "count"), [10, 20, 30])
        self.record(40, name="other")
        self.assertEqual(self.values("span", "--stat", "count"), [10, 20, 30, 40])
        self.assertEqual(self.values("span", "--stat", "count", "--name", "job", "--last", "2"), [20, 30])
        self.assertEqual(self.values("span", "--stat", "failed"), [5, 10, 15, 20])
        shutil.rmtree(glob.glob(self.store + "/other-*")[0])
        self.assertEqual(self.values("--stat", "spans"), [10, 20, 30])
        self.assertEqual(len(self.values()), 3)

    def test_others_may_read_it(self):
        self.record(25)
        self.values()
        with sqlite3.connect(self.database) as db:
            self.assertEqual(db.execute("PRAGMA user_version").fetchone(), (3,))
            command, arguments, state, status, spans = db.execute(
                "SELECT command, arguments, state, status, spans FROM session").fetchone()
            self.assertEqual((command, json.loads(arguments)), (FIXTURE, [FIXTURE, "spans", "25"]))
            self.assertEqual((state, status, spans), ("exited", 0, 25))
            sketch, = db.execute("SELECT sketch FROM name WHERE name = 'span'").fetchone()
        numbers, number, shift = [], 0, 0
        for byte in sketch:
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                numbers.append(number)
                number = shift = 0
        self.assertEqual(sum(numbers[1::2]), 25)

    def test_it_is_closed_to_others_as_sessions_are(self):
        self.record(1)
        for before in (None, 0o644):  # new; made by an older tacho
            if before:
                os.chmod(self.database, before)
            self.values()
            self.assertEqual(os.stat(self.database).st_mode & 0o777, 0o600)
        with open(self.database, "wb") as file:
            file.write(b"this is no database " * 100)
        os.chmod(self.database, 0o644)
        self.history()
        self.assertEqual(os.stat(self.database).st_mode & 0o777, 0o600)

    def test_what_a_link_leads_to_is_made_closed_to_others(self):
        self.record(1)
        os.symlink(self.path("elsewhere.sqlite"), self.database)
        self.assertEqual(self.values("span", "--stat", "count"), [1])
        self.assertEqual(os.stat(self.path("elsewhere.sqlite")).st_mode & 0o777, 0o600)
        os.chmod(self.path("elsewhere.sqlite"), 0o640)  # somebody's wish
        self.assertEqual(self.values("span", "--stat", "count"), [1])
        self.assertEqual(os.stat(self.path("elsewhere.sqlite")).st_mode & 0o777, 0o640)

    def test_names_that_are_no_text(self):
        """Others read them, no two become one, and they are found by their bytes."""
        names = [b"caf\xe9", b"caf\xe8", "café".encode()]
        with open(self.path("trace.csv"), "wb") as file:
            file.write(b"name,start_ns,duration_ns\n" + b"".join(b"%s,%d,10\n" % (name, i * 100) for i, name in enumerate(names) for _ in range(i + 1)))
        self.run_tacho("import", "--name", b"\xff job", self.path("trace.csv"), check=True)
        folder, = os.listdir(self.store)
        os.rename(os.path.join(self.store, folder), os.path.join(os.fsencode(self.store), b"folder\xff"))
        for i, name in enumerate(names):
            for _ in range(2):  # made, and known
                self.assertEqual(self.values(name, "--stat", "count", "--name", b"\xff job"), [i + 1])
        with sqlite3.connect(self.database) as db:
            rows = db.execute("SELECT n.name, n.count, s.name, s.folder FROM name n JOIN session s ON s.id = n.session").fetchall()
        self.assertEqual(sorted(rows, key=lambda row: row[1]),
                         [(text, i + 1, "\ufffdff job", "folder\ufffdff") for i, text in
                          enumerate(["caf\ufffde9", "caf\ufffde8", "café"])])

    def memory_read(self, session):
        done = self.run_tacho("report", "--format", "json", session)
        series = json.loads(done.stdout)["series"] if done.returncode == 0 else []
        return max((one["max"] for one in series if one["name"] == "process.memory" and one["max"]), default=0)

    def test_peaks_of_one_and_of_all(self):
        """Three processes that have memory at the same time: the largest of them is less than all together."""
        hold = "import os, sys; block = bytearray(60 << 20); os.write(1, b'.'); sys.stdin.read(1)"
        script = f"import subprocess, sys\nall = [subprocess.Popen([sys.executable, '-c', {hold!r}], stdin=-1, stdout=-1) for _ in 'abc']\n" \
                 "for one in all: one.stdout.read(1)\n" \
                 "sys.stdin.read(1)\n" \
                 "for one in all: one.communicate(b'.')\n"
        session = os.path.join(self.store, "run")
        run = subprocess.Popen([TACHO, "run", "-q", "--interval", "20ms", "-o", session, "--", sys.executable, "-c", script],
                               env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: self.memory_read(session) > 180 << 20)
        run.communicate(b".")
        self.assertEqual(run.returncode, 0)
        one, together = self.values("--stat", "peak_rss"), self.values("--stat", "tree_peak_rss")
        usage = json.loads(self.run_tacho("list", "--format", "json").stdout)["sessions"][0]["session"]["usage"]
        self.assertEqual(one, [usage["largest_process_peak_rss_bytes"]])
        self.assertLess(one[0], 120 << 20)
        self.assertGreater(together[0], 180 << 20)
        with sqlite3.connect(self.database) as db:
            self.assertEqual(db.execute("SELECT largest_process_peak_rss_bytes, tree_peak_rss_bytes FROM session").fetchone(), (one[0], together[0]))

    def test_the_tree_had_what_one_of_its_processes_had(self):
        """Also where that came and went between two readings."""
        hold = "import mmap; held = mmap.mmap(-1, 60 << 20); [held.__setitem__(page, 1) for page in range(0, 60 << 20, 4096)]"
        self.run_tacho("run", "-q", "--interval", "10s", "--", sys.executable, "-c", hold)
        one, together = self.values("--stat", "peak_rss"), self.values("--stat", "tree_peak_rss")
        self.assertGreater(one[0], 60 << 20)
        self.assertGreaterEqual(together[0], one[0])

    def test_the_commit(self):
        place = self.path("tree")
        git = ["git", "-C", place, "-c", "user.name=n", "-c", "user.email=e@example.org"]
        subprocess.run(["git", "init", "-q", place], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
        commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        os.mkdir(os.path.join(place, "below"))
        self.record(1, cwd=os.path.join(place, "below"))
        subprocess.run([*git, "pack-refs", "--all"], check=True)
        self.record(1, cwd=place)
        subprocess.run([*git, "worktree", "add", "-q", "-b", "second", self.path("second")], check=True)
        self.record(1, cwd=self.path("second"))
        subprocess.run([*git, "checkout", "-q", "--detach"], check=True)
        self.record(1, cwd=place)
        self.record(1, cwd=self.root)
        self.assertEqual([run["git_commit"] for run in self.history()[0]["runs"]], [commit] * 4 + [None])
        session = json.loads(self.run_tacho("report", "--format", "json", self.history()[0]["runs"][0]["session"]).stdout)["session"]
        self.assertEqual(session["git_commit"], commit)

    def test_damaged_it_is_made_anew(self):
        self.record(10)
        self.assertEqual(self.values("span", "--stat", "count"), [10])
        with open(self.database, "wb") as file:
            file.write(b"this is no database " * 100)
        document, said = self.history("span", "--stat", "count")
        self.assertEqual([run["value"] for run in document["runs"]], [10])
        self.assertIn("made anew from the sessions", said)
        self.assertEqual(self.history("span", "--stat", "count")[1], "")

    def test_what_others_did_to_it(self):
        """Pages, a version, tables that are not its own, a folder in its place: it is never in the way, and what was done is said."""
        self.record(10)
        self.values()

        def pages():
            with open(self.database, "r+b") as file:
                file.seek(4096)
                file.write(b"\xa5" * (os.path.getsize(self.database) - 4096))

        def sql(statement):
            def change():
                db = sqlite3.connect(self.database)
                db.execute(statement)
                db.commit()
                db.close()
            return change

        for change in (pages, sql("PRAGMA user_version = 99"), sql("DROP TABLE name"), sql("ALTER TABLE session RENAME COLUMN spans TO other")):
            change()
            document, said = self.history("span", "--stat", "count")
            self.assertEqual([run["value"] for run in document["runs"]], [10])
            self.assertIn("it was made anew from the sessions", said)
            self.assertEqual(self.history("span", "--stat", "count")[1], "")
        os.unlink(self.database)
        os.mkdir(self.database)
        document, said = self.history("span", "--stat", "count")
        self.assertEqual([run["value"] for run in document["runs"]], [10])
        self.assertIn("in memory, for this once", said)

    def test_damage_that_a_query_finds(self):
        """Pages that bringing it up to date does not read: the index of names."""
        self.record(10)
        self.values()
        db = sqlite3.connect(self.database)
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'name'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
        db.close()
        with open(self.database, "r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)
        document, said = self.history("span", "--stat", "count")
        self.assertEqual([run["value"] for run in document["runs"]], [10])
        self.assertIn("malformed: it was made anew from the sessions", said)
        self.assertEqual(self.history("span", "--stat", "count")[1], "")

    def test_a_store_that_may_only_be_read(self):
        self.record(10)
        command = [TACHO, "history", "span", "--stat", "count", "--format", "json"]
        if os.getuid() == 0:  # whom modes do not stop
            command = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *command]
        os.chmod(self.store, 0o555)
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.chmod(self.store, 0o755)
        self.assertEqual([run["value"] for run in json.loads(done.stdout)["runs"]], [10])
        self.assert_one_line(done.stderr, "in memory, for this once")
        self.assertFalse(os.path.exists(self.database))

    def test_locked_it_is_done_without(self):
        self.record(10)
        self.values()
        other = sqlite3.connect(self.database, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        self.record(20)
        document, said = self.history("span", "--stat", "count")
        other.close()
        self.assertEqual([run["value"] for run in document["runs"]], [10, 20])
        self.assertIn("in memory, for this once", said)

    def test_a_change_is_found(self):
        self.record(1)
        session = glob.glob(self.store + "/job-*")[0]
        manifest = self.read(os.path.join(session, "manifest"))
        for i in range(24):  # copies of it that ran later and later, the last 12 of them longer
            copy = os.path.join(self.store, f"job-20260101-0000{i:02}")
            shutil.copytree(session, copy)
            begin = next(line for line in manifest.splitlines() if line.startswith("begin ")).split()
            ticks, monotonic, realtime = (int(number) for number in begin[1:])
            length = (1000 if i < 12 else 1500) * 1000000 + i * 37 % 11 * 1000000
            lines = [line for line in manifest.splitlines() if not line.startswith(("begin ", "end "))]
            lines += [f"begin {ticks} {monotonic} {realtime + i * 10**9}", f"end {ticks} {monotonic + length} {realtime + i * 10**9 + length}"]
            with open(os.path.join(copy, "manifest"), "w") as file:
                file.write("\n".join(lines) + "\n")
        shutil.rmtree(session)
        document, _ = self.history()
        self.assertEqual(len(document["runs"]), 24)
        self.assertEqual([change["index"] for change in document["change_points"]], [12])
        self.assertAlmostEqual(document["change_points"][0]["shift_percent"], 50, delta=3)
        self.assertNotIn("change_points_reason", document)
        text = self.run_tacho("history", extra={"LC_ALL": "C.UTF-8"}).stdout.decode()
        self.assertIn("from here on", text)
        self.record(1, name="other")  # what another command takes is no change
        document, _ = self.history()
        self.assertEqual((len(document["runs"]), document["change_points"]), (25, []))
        self.assertIn("several names", document["change_points_reason"])
        self.assertIn("--name NAME", self.run_tacho("history").stdout.decode())
        self.assertEqual(len(self.history("--name", "job")[0]["change_points"]), 1)

    def test_mistakes(self):
        self.assertIn(b"no session in the store", self.run_tacho("history").stderr)
        self.record(1)
        self.assertIn(b"no finished run of the name x in the store", self.run_tacho("history", "--name", "x").stderr)
        for arguments, what in ((["--stat", "p42", "x"], b"median, mean"), (["--stat", "p95"], b"runtime, cpu"), (["--last", "no"], b"--last"),
                                (["a", "b"], b"one NAME"), (["--format", "xml"], b"--format")):
            done = self.run_tacho("history", *arguments)
            self.assertEqual(done.returncode, 2)
            self.assertIn(what, done.stderr)


if __name__ == "__main__":
    unittest.main()
