#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho import`: what others recorded, and what tacho wrote itself, comes to the same figures (R6); what is torn or cannot be is said."""
# runs in: release asan

import json
import os
import subprocess
import unittest

from tacho_case import TACHO, TachoCase

FIXTURES = os.path.join(os.path.dirname(TACHO), "tests")
FIGURES = ("count", "failed", "total_ns", "self_ns", "mean_ns", "min_ns", "median_ns", "p95_ns", "max_ns")


class ImportCase(TachoCase):
    def record(self, *command, keep="all"):
        session = self.path(f"recorded-{len(os.listdir(self.root))}")
        self.run_tacho("run", "-q", "--keep", keep, "-o", session, "--", *command)
        return session

    def write(self, text, name="trace"):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def bring(self, path, *options, **how):
        """The session that was made."""
        session = self.path(f"session-{len(os.listdir(self.root))}")
        done = self.run_tacho("import", "-o", session, *options, path, **how)
        self.assertEqual((done.returncode, done.stderr), (0, b""), path)
        self.assertEqual(done.stdout.decode(), session + "\n")
        return session

    def refused(self, path, *options, **how):
        """What it says, in one line; nothing is left."""
        session = self.path("refused")
        before = sorted(os.listdir(self.root))
        done = self.run_tacho("import", "-o", session, *options, path, **how)
        text = done.stderr.decode()
        self.assertEqual((done.returncode, done.stdout, text.count("\n")), (2, b"", 1), (path, text))
        self.assertEqual(sorted(os.listdir(self.root)), before)
        return text

    def report(self, session):
        done = self.run_tacho("report", "--format", "json", session)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def figures(self, session):
        return {name["name"]: [name.get(key) for key in FIGURES] for name in self.report(session)["names"]}

    def spans(self, session):
        done = self.run_tacho("dump", "--format", "json", session)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def tree(self, session):
        """Paths of names and kinds, with how many spans each has."""
        nodes = {node["id"]: node for node in self.report(session)["tree"]}

        def path(node):
            above = path(nodes[node["parent_id"]]) if node["parent_id"] is not None else ()
            return above + (node["name"], node["kind"])
        return {path(node): node["count"] for node in nodes.values()}

    def notes(self, session):
        return "\n".join(self.report(session)["notes"])


class OwnCsv(ImportCase):
    def export(self, session):
        folder = self.path(f"csv-{len(os.listdir(self.root))}")
        self.assertEqual(self.run_tacho("export", "--format", "csv", "-o", folder, session).returncode, 0)
        return os.path.join(folder, "spans.csv")

    def test_what_was_exported_comes_back_with_the_same_figures(self):
        for command in (("keep_fixture", "threads", "3", "5000"), ("keep_fixture", "outlives", "3000"),
                        ("keep_fixture", "spans", "3000"), ("export_fixture", "hostile")):
            with self.subTest(command):
                before = self.record(os.path.join(FIXTURES, command[0]), *command[1:])
                after = self.bring(self.export(before))
                self.assertEqual(self.figures(after), self.figures(before))
                self.assertEqual(self.tree(after), self.tree(before))

    def test_diff_finds_the_same(self):
        before = self.record(os.path.join(FIXTURES, "keep_fixture"), "spans", "4000")
        after = self.bring(self.export(before))
        done = self.run_tacho("diff", "--format", "json", before, after)
        self.assertEqual({span["name"]: span["verdict"] for span in json.loads(done.stdout)["spans"]}, {"span": "equivalent"})

    def test_the_second_export_is_the_first(self):
        before = self.bring(self.write("name,start_ns,duration_ns,pid,thread\na,0,100,7,8\nb,10,20,7,8\nc,40,60,7,8\nd,40,0,7,9\n"))
        self.assertEqual(self.read(self.export(self.bring(self.export(before)))), self.read(self.export(before)))


class Tables(ImportCase):
    def test_columns_with_units(self):
        session = self.bring(self.write("Name;Start_us;End_us;Thread;user\nouter;1000.5;2000.5;io;anna\ninner;1100;1200.25;io;7\n"))
        self.assertEqual(self.tree(session), {("outer", "scope"): 1, ("outer", "scope", "inner", "scope"): 1})
        self.assertEqual(self.figures(session)["inner"][2], 100250)
        self.assertEqual(self.figures(session)["outer"][3], 1000000 - 100250)

    def test_parents_by_name_or_by_id(self):
        """A parent that is named holds whatever the times say, also on another thread."""
        by_name = "name,start_ms,duration_ms,thread,parent\nwork,0,10,1,job\njob,0,20,2,\nlone,1,1,2,\n"
        by_id = "name,start_ms,duration_ms,thread,id,parent_id\nwork,0,10,1,w,j\njob,0,20,2,j,\nlone,1,1,2,l,\n"
        for text in (by_name, by_id):
            tree = self.tree(self.bring(self.write(text)))
            self.assertEqual(tree[("job", "scope", "work", "scope")], 1)
            self.assertEqual(tree[("lone", "async")], 1)

    def test_spans_that_overlap_are_async(self):
        session = self.bring(self.write("name,start_s,duration_s,thread\na,0,10,1\nb,5,10,1\n"))
        self.assertEqual(self.tree(session), {("a", "scope"): 1, ("b", "async"): 1})
        self.assertIn("overlap others of their thread", self.notes(session))

    def test_without_threads_spans_go_to_as_many_as_it_takes(self):
        session = self.bring(self.write("name,start_ms,duration_ms,id,parent\na,0,10,a,\nb,5,10,b,\nc,6,3,c,b\nd,7,8,d,b\n"))
        self.assertEqual(self.tree(session), {("a", "scope"): 1, ("b", "scope"): 1, ("b", "scope", "c", "scope"): 1,
                                              ("b", "scope", "d", "scope"): 1})
        threads = {span["name"]: span["thread"] for span in self.spans(session)}
        self.assertEqual(threads["b"], threads["c"])
        self.assertEqual(len({threads[name] for name in "abd"}), 3)

    def test_rings_of_parents_are_none(self):
        session = self.bring(self.write("name,start_ms,duration_ms,thread,id,parent_id\na,0,10,1,1,2\nb,1,5,1,2,1\nself,20,1,1,3,3\n"))
        self.assertEqual(self.tree(session), {("a", "scope"): 1, ("a", "scope", "b", "scope"): 1, ("self", "scope"): 1})
        self.assertIn("whose parent is not in the file, or begins after them, and that lie where their times put them: 2",
                      self.notes(session))

    def test_what_cannot_be_is_left_out_and_said(self):
        session = self.bring(self.write("name,start_ns,duration_ns\na,0,10\nb,5,-1\nc,20,5\nd,30,-7\n"))
        self.assertEqual(sorted(self.figures(session)), ["a", "c"])
        self.assertIn("end before they begin: 2, the first at line 3", self.notes(session))

    def test_from_a_pipe_into_the_store(self):
        done = self.run_tacho("import", "-", "--name", "piped", input=b"name,start_ns,duration_ns\na,0,10\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(os.path.basename(done.stdout.decode()).startswith("piped-"))
        self.assertEqual(list(self.figures("piped")), ["a"])
        self.assertEqual(len(os.listdir(self.store)), 1)

    def test_what_exists_is_replaced_by_force_alone(self):
        first = self.write("name,start_ns,duration_ns\na,0,10\n", "a.csv")
        second = self.write("name,start_ns,duration_ns\nb,0,10\n", "b.csv")
        session = self.bring(first)
        done = self.run_tacho("import", "-o", session, second)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--force", done.stderr)
        self.assertEqual(list(self.figures(session)), ["a"])
        self.assertEqual(self.run_tacho("import", "--force", "-o", session, second).returncode, 0)
        self.assertEqual(list(self.figures(session)), ["b"])
        folder = self.path("precious")
        os.mkdir(folder)
        done = self.run_tacho("import", "--force", "-o", folder, second)
        self.assertIn(b"is no session", done.stderr)

    def test_what_is_wrong_is_said_with_its_line(self):
        head = "name,start_ns,duration_ns\n"
        for text, said in (("", "is empty"), (head, "there is no span in"), (head + "a,0\n", "line 2: the row has 2 fields"),
                           (head + "a,0,1\n\"b,0,1\n", "line 3: a quote is not closed"), (head + "a,x,1\n", "line 2"),
                           (head + "a,NaN,1\n", 'column "start_ns"'), (head + "a,99999999999999999999,1\n", "292 years"),
                           (head + "a,5,-1\n", "of 1 none has"), ("a,b\n1,2\n", "--format"), (b"\x1f\x8b\x08", "zcat"),
                           ("name,start_ns\na,1\n", "duration_ms")):
            with self.subTest(text):
                self.assertIn(said, self.refused(self.write(text)))
        self.assertIn("is a directory", self.refused(self.root))
        self.assertIn("No such file", self.refused(self.path("absent")))
        self.assertIn("did you mean \"csv\"", self.refused(self.write(head), "--format", "cvs"))

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_file_that_may_not_be_read(self):
        path = self.write("name,start_ns,duration_ns\na,0,10\n")
        os.chmod(path, 0)
        self.assertIn("Permission denied", self.refused(path))

    def test_names_that_are_no_utf8_come_through(self):
        session = self.bring(self.write(b"name,start_ns,duration_ns\n\xff\xfe raw,0,10\n"))
        done = self.run_tacho("dump", session)
        self.assertIn(rb"\xff\xfe raw", done.stdout)

    def test_deep_nesting(self):
        rows = "".join(f"level{i % 7},{i},{2000 - 2 * i}\n" for i in range(900))
        session = self.bring(self.write("name,start_ns,duration_ns\n" + rows))
        self.assertEqual(sum(name[0] for name in self.figures(session).values()), 900)
        self.assertEqual(max(span["depth"] for span in self.spans(session)), 899)


if __name__ == "__main__":
    unittest.main(verbosity=0)
