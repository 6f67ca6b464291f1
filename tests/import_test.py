#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho import`: what others recorded, and what tacho wrote itself, comes to the same figures (R6); what is torn or cannot be is said."""
# runs in: release asan

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import unittest

from import_case import FIXTURES, MS, ImportCase
from tacho_case import TACHO, wait_until


class OwnExports(ImportCase):
    def export(self, session, form="csv"):
        path = self.path(f"{form}-{len(os.listdir(self.root))}")
        self.assertEqual(self.run_tacho("export", "--format", form, "-o", path, session).returncode, 0)
        return os.path.join(path, "spans.csv") if form == "csv" else path

    def test_what_was_exported_comes_back_with_the_same_figures(self):
        for command in (("keep_fixture", "threads", "3", "3000"), ("keep_fixture", "outlives", "3000"),
                        ("keep_fixture", "spans", "3000"), ("export_fixture", "hostile"), ("export_fixture", "alike"), ("export_fixture", "deep", "40")):
            before = self.record(os.path.join(FIXTURES, command[0]), *command[1:])
            for form in ("csv", "chrome", "otlp"):
                with self.subTest(command=command, form=form):
                    after = self.bring(self.export(before, form))
                    self.assertEqual(self.figures(after), self.figures(before))
                    self.assertEqual(self.tree(after), self.tree(before))

    def test_what_was_open_comes_back_with_its_time(self):
        """Of a run that was killed in the midst of it, whatever ended last."""
        before = self.record("sh", "-c", f"{TACHO} span outer -- sh -c '{TACHO} span done -- true; kill -9 $PPID'")
        open_before = {span["name"]: span["duration_ns"] for span in self.report(before)["open_spans"]}
        self.assertEqual(list(open_before), ["outer"])
        self.assertGreater(open_before["outer"], 0)
        for form in ("csv", "chrome", "otlp"):
            after = {span["name"]: span["duration_ns"] for span in self.report(self.bring(self.export(before, form)))["open_spans"]}
            self.assertEqual(list(after), list(open_before), form)
            self.assertLessEqual(abs(after["outer"] - open_before["outer"]), 3, form)

    def test_async_spans_inside_of_others_come_back(self):
        rows = "outer,0,100,0,scope\njob,10,20,1,async\njob,20,10,1,async\nstep,40,20,1,scope\ndeep,45,5,2,async\nlone,50,10,0,async\n"
        before = self.bring(self.write("name,start_us,duration_us,depth,kind,thread\n" + "".join(row + ",1\n" for row in rows.splitlines())))
        outer = ("outer", "scope")
        want = {outer: 1, outer + ("job", "async"): 2, outer + ("step", "scope"): 1, outer + ("step", "scope", "deep", "async"): 1, ("lone", "async"): 1}
        self.assertEqual(self.tree(before), want)
        for form in ("csv", "otlp"):
            self.assertEqual(self.tree(self.bring(self.export(before, form))), want, form)

    def test_attributes_and_failures_come_back(self):
        before = self.record(os.path.join(FIXTURES, "export_fixture"), "hostile")
        said = [(span["name"], span["failed"], span.get("message"), span["attributes"]) for span in self.spans(before)]
        for form in ("csv", "chrome", "otlp"):
            with self.subTest(form):
                after = self.spans(self.bring(self.export(before, form)))
                self.assertEqual([(span["name"], span["failed"], span.get("message"), span["attributes"]) for span in after], said)

    def test_diff_finds_the_same(self):
        rows = "".join(f"step,{i * 2000},{1000 + i * 7919 % 100},1\n" for i in range(4000))
        before = self.bring(self.write("name,start_ns,duration_ns,thread\n" + rows))
        for form in ("csv", "chrome", "otlp"):
            after = self.bring(self.export(before, form))
            done = self.run_tacho("diff", "--format", "json", before, after)
            self.assertEqual({span["name"]: span["verdict"] for span in json.loads(done.stdout)["spans"]}, {"step": "equivalent"}, form)

    def test_diff_of_a_recording_and_what_was_exported_of_it(self):
        """No name is new or gone, and of none is there another figure or a verdict that it changed."""
        for command in (("keep_fixture", "threads", "3", "3000"), ("export_fixture", "deep", "40")):
            before = self.record(os.path.join(FIXTURES, command[0]), *command[1:])
            for form in ("csv", "chrome", "otlp"):
                done = self.run_tacho("diff", "--format", "json", before, self.bring(self.export(before, form)))
                spans = json.loads(done.stdout)["spans"]
                self.assertEqual({span["name"] for span in spans}, set(self.figures(before)), form)
                for span in spans:
                    self.assertEqual(span["base_count"], span["new_count"], (form, span))
                    self.assertIn(span["verdict"], ("equivalent", "inconclusive"), (form, span))
                    for comparison in span["comparisons"]:
                        self.assertEqual(comparison["base_ns"], comparison["new_ns"], (form, span))

    def test_the_second_export_is_the_first(self):
        before = self.bring(self.write("name,start_ns,duration_ns,pid,thread\na,0,100,7,8\nb,10,20,7,8\nc,40,60,7,8\nd,40,0,7,9\n"))
        self.assertEqual(self.read(self.export(self.bring(self.export(before)))), self.read(self.export(before)))


class Tables(ImportCase):
    def test_ends_that_were_rounded(self):
        """Up to 3 ns, where times have parts of ns or are no whole ns: what overlaps by more, or is exact, does overlap."""
        for heading, unit, apart in (("start_us,duration_us", 1000, True), ("start_ns,duration_ns", 1, False)):
            for over in (1, 3, 4):
                rows = ("outer", 0, 1000), ("a", 10, 90 + over), ("b", 100, 100), ("last", 900, 100 + over)
                session = self.bring(self.write(f"name,{heading}\n" + "".join(f"{name},{begin / unit},{duration / unit}\n" for name, begin, duration in rows)))
                async_ones = {span["name"] for span in self.spans(session) if span["kind"] == "async"}
                self.assertEqual(async_ones, set() if apart and over <= 3 else {"b", "last"}, (heading, over))
                if apart and over <= 3:
                    found = {span["name"]: (span["begin_ns"], span["duration_ns"]) for span in self.spans(session)}
                    self.assertEqual(found, {"outer": (0, 1000), "a": (10, 90), "b": (100, 100), "last": (900, 100)})
                    self.assertEqual(self.tree(session)[("outer", "scope", "b", "scope")], 1)

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
            self.assertEqual(tree[("job", "scope", "work", "async")], 1)
            self.assertEqual(tree[("lone", "async")], 1)

    def test_spans_that_overlap_are_async(self):
        session = self.bring(self.write("name,start_s,duration_s,thread\na,0,10,1\nb,5,10,1\n"))
        self.assertEqual(self.tree(session), {("a", "scope"): 1, ("b", "async"): 1})
        self.assertIn("overlap others of their thread", self.notes(session))

    def test_open_in_what_ended_is_not_said_to_overlap(self):
        session = self.bring(self.write("name,start_s,duration_s,thread,outcome\na,0,10,1,ok\nb,5,,1,open\n"))
        self.assertEqual(self.tree(session), {("a", "scope"): 1, ("b", "async"): 0})
        self.assertNotIn("overlap", self.notes(session))
        self.assertIn("because they have no end, and what they began in, in their thread, has one: 1", self.notes(session))

    def test_without_threads_spans_go_to_as_many_as_it_takes(self):
        session = self.bring(self.write("name,start_ms,duration_ms,id,parent\na,0,10,a,\nb,5,10,b,\nc,6,3,c,b\nd,7,8,d,b\n"))
        self.assertEqual(self.tree(session), {("a", "scope"): 1, ("b", "scope"): 1, ("b", "scope", "c", "scope"): 1,
                                              ("b", "scope", "d", "async"): 1})
        threads = {span["name"]: span["thread"] for span in self.spans(session)}
        self.assertEqual(threads["b"], threads["c"])
        self.assertEqual(len({threads[name] for name in "abd"}), 3)

    def test_rings_of_parents_are_none(self):
        session = self.bring(self.write("name,start_ms,duration_ms,thread,id,parent_id\na,0,10,1,1,2\nb,1,5,1,2,1\nself,20,1,1,3,3\n"))
        self.assertEqual(self.tree(session), {("b", "scope"): 1, ("b", "scope", "a", "async"): 1, ("self", "scope"): 1})
        self.assertIn("whose parents lead back to themselves, in a ring, and that lie where their times put them: 2", self.notes(session))

    def test_what_is_open_needs_no_end(self):
        for heading in ("name,start_s,duration_s,outcome", "name,start_s,end_s,outcome"):
            session = self.bring(self.write(heading + "\nw,0,,open\nx,1,2,ok\n"))
            self.assertEqual([(name["name"], name["count"], name["open"]) for name in self.report(session)["names"]], [("w", 0, 1), ("x", 1, 0)])
        self.assertIn("line 2", self.refused(self.write("name,start_s,end_s,outcome\nw,0,,ok\n")))

    def test_names_with_and_without_a_guard_stay_two(self):
        session = self.bring(self.write("name,start_s,duration_s\n'=x,0,1\n''=x,2,1\n'y,4,1\n"))
        self.assertEqual(sorted(self.figures(session)), ["'=x", "'y", "=x"])
        path = self.path("csv")
        self.assertEqual(self.run_tacho("export", "--format", "csv", "-o", path, session).returncode, 0)
        self.assertEqual(sorted(self.figures(self.bring(os.path.join(path, "spans.csv")))), ["'=x", "'y", "=x"])

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

    def test_a_link_to_a_session_is_replaced_and_not_what_it_leads_to(self):
        first = self.write("name,start_ns,duration_ns\na,0,10\n", "a.csv")
        second = self.write("name,start_ns,duration_ns\nb,0,10\n", "b.csv")
        session, link = self.bring(first), self.path("link")
        for given in (link, link + "/"):
            if os.path.lexists(link):
                shutil.rmtree(link)
            os.symlink(session, link)
            done = self.run_tacho("import", "--force", "-o", given, second)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertFalse(os.path.islink(link))
            self.assertEqual((list(self.figures(link)), list(self.figures(session))), (["b"], ["a"]))
        with open(os.path.join(session, "thesis.txt"), "w") as file:
            file.write("of somebody's own")
        done = self.run_tacho("import", "--force", "-o", session, second)
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, "holds thesis.txt, which is no session's")
        self.assertEqual(list(self.figures(session)), ["a"])
        self.assertIn("has none", self.run_tacho("import", "-o", "", second).stderr.decode())
        self.assertEqual([name for name in os.listdir(self.root) if "importing" in name or "removing" in name], [])

    def test_what_a_kill_left_beside_goes(self):
        left = [f"given.importing-{pid}-abcdef" for pid in (2**22 + 1, os.getpid())]  # no process has the first number
        for name in left:
            os.mkdir(self.path(name))
            os.mknod(self.path(name + "/log.tacho"))
        self.run_tacho("import", "-o", self.path("given"), self.write("name,start_ns,duration_ns\na,0,10\n"), check=True)
        self.assertEqual([name for name in os.listdir(self.root) if "importing" in name], left[1:])

    def test_a_full_disk(self):
        """What was made on a tmpfs finds no room in the store (R6, bad input): how much it takes is said, and nothing stays."""
        trace = self.write("name,start_ns,duration_ns\na,0,10\n")
        os.mkdir(self.store)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tacho-test", self.store], stderr=subprocess.PIPE).returncode:
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.store], check=True)
        with open(os.path.join(self.store, ".filler"), "wb", buffering=0) as file:
            file.write(b"x" * 32768)
        done = self.run_tacho("import", trace)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assert_one_line(done.stderr, "free: make room there")
        self.assertRegex(done.stderr.decode(), r"the session takes \d+[\d.]* KiB, and in .*/store there are \d+[\d.]* KiB free: make room there")
        self.assertEqual(os.listdir(self.store), [".filler"])
        self.assertEqual(os.listdir(self.environment["TACHO_LIVE"]), [])

    def test_a_disk_that_is_too_small_for_all(self):
        """Also while spans are sorted: what was made of the part that was read says how much the whole takes."""
        trace = self.write("name,start_ns,duration_ns,k\n" + "".join(f"a,{i * 10},5,{'x' * 1000}\n" for i in range(40000)))
        os.mkdir(self.store)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tacho-test", self.store], stderr=subprocess.PIPE).returncode:
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", self.store], check=True)
        done = self.run_tacho("import", trace)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assert_one_line(done.stderr, "make room there")
        self.assertRegex(done.stderr.decode(), r"the session takes \d+[\d.]* MiB or more while it is made, and in .*/store there are 4.00 MiB free: make room there")
        self.assertEqual(os.listdir(self.store), [])

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


class Chrome(ImportCase):
    def trace(self, *events, form="object"):
        text = json.dumps(list(events))
        return self.bring(self.write(text if form == "array" else '{"displayTimeUnit":"ms","traceEvents":' + text + "}"))

    def test_begins_and_ends_nest_as_they_stand_there(self):
        """Also where spans have the same times, and in any order of threads (R11.8)."""
        events = [{"ph": "B", "name": name, "pid": 1, "tid": 2, "ts": 10} for name in "abc"]
        events += [{"ph": "X", "name": "x", "pid": 1, "tid": 3, "ts": 0.5, "dur": 1.25}]
        events += [{"ph": "E", "pid": 1, "tid": 2, "ts": 30, "args": {"n": 7}} for _ in range(3)]
        for form in ("object", "array"):
            session = self.trace(*events, form=form)
            a = ("a", "scope")
            self.assertEqual(self.tree(session), {a: 1, a + ("b", "scope"): 1, a + ("b", "scope", "c", "scope"): 1, ("x", "scope"): 1})
            self.assertEqual(self.figures(session)["x"][2], 1250)
            self.assertEqual({span["attributes"].get("n") for span in self.spans(session) if span["name"] != "x"}, {7})

    def test_async_spans_by_category_and_id(self):
        at = {"pid": 1, "tid": 1}
        session = self.trace({"ph": "b", "name": "fetch", "cat": "net", "id": "0x1", "ts": 0, **at},
                             {"ph": "b", "name": "fetch", "cat": "net", "id": "0x2", "ts": 5, **at},
                             {"ph": "b", "name": "dns", "cat": "net", "id": "0x2", "ts": 6, **at},
                             {"ph": "e", "name": "fetch", "cat": "net", "id": "0x1", "ts": 100, **at},
                             {"ph": "e", "name": "dns", "cat": "net", "id": "0x2", "ts": 8, **at},
                             {"ph": "n", "name": "mark", "cat": "net", "id": "0x2", "ts": 8, **at},
                             {"ph": "e", "name": "fetch", "cat": "net", "id": "0x2", "ts": 50, **at},
                             {"ph": "S", "name": "old", "cat": "c", "id": 7, "ts": 1, **at}, {"ph": "F", "name": "old", "cat": "c", "id": 7, "ts": 3, **at})
        self.assertEqual(self.tree(session), {("fetch", "async"): 2, ("fetch", "async", "dns", "async"): 1, ("old", "async"): 1})
        self.assertEqual((self.figures(session)["fetch"][5], self.figures(session)["fetch"][8]), (45000, 100000))

    def test_names_of_processes_and_threads_and_counters(self):
        session = self.trace({"ph": "C", "name": "queue", "pid": 9, "ts": 5, "args": {"jobs": 3}},
                             {"ph": "C", "name": "queue", "pid": 9, "ts": 1, "args": {"jobs": 1}},
                             {"ph": "X", "name": "x", "pid": 9, "tid": "io", "ts": 0, "dur": 10},
                             {"ph": "M", "name": "process_name", "pid": 9, "args": {"name": "server"}},
                             {"ph": "M", "name": "thread_name", "pid": 9, "tid": "io", "args": {"name": "reader"}},
                             {"ph": "s", "name": "flow", "id": 1, "pid": 9, "tid": 1, "ts": 0})
        report = self.report(session)
        self.assertEqual([(process["program"], process["pid"]) for process in report["processes"]], [("server", 9)])
        self.assertEqual([(series["name"], series["max"]) for series in report["series"]], [("queue of 9", 3)])

    def test_what_has_no_end_or_no_begin(self):
        session = self.trace({"ph": "E", "pid": 1, "tid": 1, "ts": 1}, {"ph": "B", "name": "open", "pid": 1, "tid": 1, "ts": 2},
                             {"ph": "X", "name": "inside", "pid": 1, "tid": 1, "ts": 3, "dur": 4}, {"ph": "X", "name": "no time", "pid": 1},
                             {"ph": "b", "name": "lost", "cat": "c", "id": 1, "pid": 1, "tid": 1, "ts": 3, "args": {"k": "v"}})
        report = self.report(session)
        self.assertEqual([(span["name"], span["kind"], span["attributes"]) for span in report["open_spans"]], [("open", "scope", {}), ("lost", "async", {"k": "v"})])
        self.assertEqual(self.tree(session)[("open", "scope", "inside", "scope")], 1)
        for said in ("have no begin: 1", "lack a name, or a time that can be: 1"):
            self.assertIn(said, self.notes(session))
        again = self.path("again")
        self.assertEqual(self.run_tacho("export", "--format", "chrome", "-o", again, session).returncode, 0)
        self.assertEqual(self.tree(self.bring(again)), self.tree(session))

    def test_what_happened_in_a_thread(self):
        """Instants are events; what tells of no span is counted."""
        at = {"pid": 1, "tid": 1}
        session = self.trace({"ph": "X", "name": "work", "ts": 0, "dur": 5000000, **at}, {"ph": "i", "name": "gc", "ts": 2000000, "s": "t", **at},
                             {"ph": "I", "name": "gc", "ts": 4000000, "pid": 2, "tid": 1}, {"ph": "R", "name": "paint", "ts": 1000000, **at}, {"ph": "s", "name": "flow", "id": 1, "ts": 4, **at})
        report = self.report(session)
        self.assertEqual([(metric["name"], metric["kind"], metric["count"], metric["first_ns"]) for metric in report["metrics"]],
                         [("paint", "event", 1, 1000 * MS), ("gc", "event", 2, 2000 * MS)])
        self.assertEqual([name["name"] for name in report["names"]], ["work"])
        self.assertIn("they tell of no span: flows, steps, objects: 1, the first at byte", self.notes(session))

    def test_more_events_than_a_session_has(self):
        session = self.trace({"ph": "X", "name": "work", "ts": 0, "dur": 5, "pid": 1, "tid": 1}, *({"ph": "i", "name": f"e{i}", "ts": 1, "pid": 1, "tid": 1} for i in range(1003)))
        self.assertEqual(len(self.report(session)["metrics"]), 1000)
        self.assertIn("more different ones, than are held: 3", self.notes(session))

    def test_when_it_was(self):
        """By what tacho, clang, PyTorch, VizTracer and Bazel say, in front of the events or behind them; or by times that are Unix times."""
        events = '"traceEvents":[{"ph":"X","name":"a","pid":1,"tid":1,"ts":1.5,"dur":1}]'
        for text, begin in ((events + ',"otherData":{"begin_time":"2023-11-14T22:13:20.000000042Z"}', "2023-11-14T22:13:20.000001542Z"),
                            ('"beginningOfTime":1700000000000001,' + events, "2023-11-14T22:13:20.000002500Z"),
                            ('"baseTimeNanoseconds":1700000000000000001,' + events, "2023-11-14T22:13:20.000001501Z"),
                            ('"viztracer_metadata":{"version":"1","baseTimeNanoseconds":1700000000000000001},' + events, "2023-11-14T22:13:20.000001501Z"),
                            ('"otherData":{"profile_start_ts":1700000000001,"x":{"profile_start_ts":7}},' + events, "2023-11-14T22:13:20.001001500Z"),
                            (events.replace("1.5", "1700000000000001.5") + ',"beginningOfTime":5', "2023-11-14T22:13:20.000001500Z"),
                            (events, None), (events + ',"otherData":{"begin_time":null}', None), (events + ',"otherData":{"begin_time":"yesterday"},"beginningOfTime":{}', None)):
            session = self.bring(self.write("{" + text + "}"))
            self.assertEqual(self.report(session)["session"]["begin_time"], begin, text)
            self.assertEqual("does not say when it was" in self.notes(session), begin is None)

    def test_what_follows_a_trace_is_refused(self):
        event = '{"name":"a","ph":"X","ts":0,"dur":1,"pid":1,"tid":1}'
        for trace in (f"[{event}]", f'{{"traceEvents":[{event}]}}'):
            self.bring(self.write(trace + " \n\t"))
            for behind in (trace, "]", "x", "1"):
                self.assertIn("behind the end of the trace", self.refused(self.write(trace + "\n" + behind)))

    def test_an_array_may_lack_its_end_an_object_may_not(self):
        event = '{"ph":"X","name":"a","pid":1,"tid":1,"ts":1,"dur":2}'
        for text in (f"[{event}", f"[{event},\n", f"[\n{event},\n{event}\n"):
            self.assertEqual(list(self.figures(self.bring(self.write(text)))), ["a"])
        for text in (f'[{event},{event[:-9]}', '{"traceEvents":[' + event, '{"traceEvents":[' + event + ",", '{"traceEvents":[' + event + "]"):
            self.assertIn("is the file cut off?", self.refused(self.write(text)))
        self.assertIn("nested deeper than 512", self.refused(self.write("[" * 600)))
        self.assertIn('no "traceEvents"', self.refused(self.write("{}"), "--format", "chrome"))
        self.assertIn("there is no span in", self.refused(self.write("[]")))
        self.assertIn("here must be a value", self.refused(self.write('[{"ph":"X","ts":NaN}]')))

    def test_huge_numbers_and_names_that_are_no_text(self):
        session = self.trace({"ph": "X", "name": "a", "pid": 1, "tid": 1, "ts": 1, "dur": 2}, {"ph": "X", "name": "b", "pid": 1, "tid": 1, "ts": 1e300, "dur": 1},
                             {"ph": "X", "name": 7, "pid": 1, "tid": 1, "ts": 1, "dur": 1}, {"ph": "X", "name": "c", "pid": 1, "tid": 1, "ts": 1, "dur": -3})
        self.assertEqual(list(self.figures(session)), ["a"])


class Otlp(ImportCase):
    START = 1700000000000000000

    def span(self, name, begin, end, number, parent=None, **more):
        one = {"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": f"{number:016x}", "name": name,
               "startTimeUnixNano": str(self.START + begin), "endTimeUnixNano": self.START + end, **more}
        return {**one, "parentSpanId": f"{parent:016x}"} if parent is not None else one

    def request(self, *spans, service="web"):
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
        return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "x"}, "spans": list(spans)}]}]}

    def test_parents_across_services_and_in_any_order(self):
        """A line of each service, children first."""
        lines = [self.request(self.span("query", 20, 60, 3, 2), service="db"),
                 self.request(self.span("handle", 10, 90, 2, 1), self.span("render", 60, 80, 4, 2), self.span("GET", 10, 90, 1))]
        for text in ("\n".join(map(json.dumps, lines)), json.dumps(lines), json.dumps({"resourceSpans": sum((line["resourceSpans"] for line in lines), [])})):
            session = self.bring(self.write(text))
            get = ("GET", "scope", "handle", "scope")
            self.assertEqual(self.tree(session), {get[:2]: 1, get: 1, get + ("query", "async"): 1, get + ("render", "scope"): 1})
            self.assertEqual({process["program"] for process in self.report(session)["processes"]}, {"web", "db"})
            self.assertEqual(self.figures(session)["GET"][3], 0)
            self.assertEqual(self.spans(session)[0]["begin_time"][:19], "2023-11-14T22:13:20")

    def test_requests_at_the_same_time_go_to_threads_of_their_own(self):
        spans = [self.span("GET", i, i + 100, 2 * i + 1) for i in range(8)] + [self.span("sql", i + 10, i + 90, 2 * i + 2, 2 * i + 1) for i in range(8)]
        session = self.bring(self.write(json.dumps(self.request(*spans))))
        self.assertEqual(self.tree(session), {("GET", "scope"): 8, ("GET", "scope", "sql", "scope"): 8})
        self.assertEqual(self.figures(session)["GET"][3], 8 * 20)

    def test_requests_at_the_same_time_keep_their_own_children(self):
        """Of two that run alike each has one query, in another service: which is whose is recorded, not guessed (R11.4)."""
        web = self.request(self.span("GET", 0, 100, 1), self.span("GET", 5, 100, 2))
        db = self.request(self.span("query", 10, 60, 3, 1), self.span("query", 10, 60, 4, 2), service="db")
        session = self.bring(self.write(json.dumps(web) + "\n" + json.dumps(db)))
        self.assertEqual(self.critical_path(session), {"GET": 50 + 45, "query": 100})
        again = self.bring(self.otlp_of(session))
        self.assertEqual(self.critical_path(again), self.critical_path(session))

    def test_a_service_whose_clock_is_behind(self):
        """All that it did seems to have been before it was asked; it lies in what asked for it, with its own times (R11.10)."""
        web = self.request(self.span("GET", 100, 200, 1), self.span("render", 170, 190, 5, 1))
        db = self.request(self.span("query", 30, 70, 2, 1), self.span("fetch", 40, 60, 3, 2), self.span("index", 45, 50, 4, 3), self.span("alone", 20, 90, 6), service="db")
        session = self.bring(self.write(json.dumps(db) + "\n" + json.dumps(web)))
        get = ("GET", "scope")
        query = get + ("query", "async")
        self.assertEqual(self.tree(session), {get: 1, get + ("render", "scope"): 1, query: 1, query + ("fetch", "scope"): 1, query + ("fetch", "scope", "index", "scope"): 1,
                                              ("alone", "scope"): 1})
        self.assertEqual({span["name"]: (span["begin_ns"], span["duration_ns"]) for span in self.spans(session)},
                         {"GET": (80, 100), "render": (150, 20), "query": (10, 40), "fetch": (20, 20), "index": (25, 5), "alone": (0, 70)})
        self.assertEqual(self.critical_path(session), {"GET": 80, "render": 20, "alone": 70})
        self.assertNotIn("their times put them", self.notes(session))
        again = self.bring(self.otlp_of(session))
        self.assertEqual((self.tree(again), self.critical_path(again)), (self.tree(session), self.critical_path(session)))

    def test_a_parent_that_begins_after_many_others(self):
        """Memory is bounded: beyond so many a child is one without a parent."""
        for others, tree in ((16000, ("parent", "scope", "child", "async")), (17000, ("child", "scope"))):
            spans = [self.span("child", 0, 20000, 1, 2), self.span("parent", 19000, 20000, 2)]
            spans += [self.span("other", i + 1, i + 2, i + 3) for i in range(others)]
            session = self.bring(self.write(json.dumps(self.request(*spans))))
            self.assertEqual(self.tree(session)[tree], 1)

    def otlp_of(self, session):
        path = self.path("again")
        self.assertEqual(self.run_tacho("export", "--format", "otlp", "-o", path, session).returncode, 0)
        return path

    def test_jobs_of_a_thread_hold_what_it_does_for_them(self):
        """A worker's span is open all the time, and what it does for others lies in what they asked for, with its own times."""
        rows = "ask,0,100,1,a,\nwork,0,300,2,w,\nserve,10,50,2,s,a\nread,20,30,2,r,s\nask,100,100,1,b,\nserve,110,50,2,t,b\nread,120,10,2,q,t\n"
        session = self.bring(self.write("name,start_ms,duration_ms,thread,id,parent\n" + rows))
        serve = ("ask", "scope", "serve", "async")
        self.assertEqual(self.tree(session), {serve[:2]: 2, ("work", "scope"): 1, serve: 2, serve + ("read", "scope"): 2})
        self.assertEqual({name: figures[3] for name, figures in self.figures(session).items()}, {"ask": 200 * MS, "work": 300 * MS, "serve": 60 * MS, "read": 40 * MS})
        self.assertEqual(self.critical_path(session), {"ask": 100 * MS, "work": 300 * MS, "serve": 60 * MS, "read": 40 * MS})
        window = json.loads(self.run_tacho("report", "--format", "json", "--from", "105ms", "--to", "250ms", session).stdout)
        self.assertEqual({name["name"]: name["self_ns"] for name in window["names"]}, {"ask": 100 * MS, "serve": 40 * MS, "read": 10 * MS})
        self.assertNotIn("overlap", self.notes(session))
        again = self.bring(self.otlp_of(session))
        self.assertEqual((self.tree(again), self.critical_path(again)), (self.tree(session), self.critical_path(session)))

    def test_status_and_attributes(self):
        values = {"s": {"stringValue": "text"}, "i": {"intValue": "-7"}, "d": {"doubleValue": 0.5}, "b": {"boolValue": True},
                  "l": {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "x"}]}},
                  "m": {"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}}
        attributes = [{"key": key, "value": value} for key, value in values.items()]
        session = self.bring(self.write(json.dumps(self.request(
            self.span("a", 0, 10, 1, attributes=attributes, status={"code": 2, "message": "broke"}),
            self.span("b", 20, 30, 2, status={"code": "STATUS_CODE_ERROR"}), self.span("c", 40, 50, 3, status={"code": 1})))))
        a, b, c = self.spans(session)
        self.assertEqual(a["attributes"], {"s": "text", "i": -7, "d": 0.5, "b": True, "l.0": 1, "l.1": "x", "m.k": "v"})
        self.assertEqual((a["failed"], a["message"], b["failed"], c["failed"]), (True, "broke", True, False))

    def test_links_and_events(self):
        """A link leads to the span that was, events are counted by name, and an exception says what a failure does not."""
        def event(name, at, **attributes):
            return {"name": name, "timeUnixNano": str(self.START + at), "attributes": [{"key": key, "value": {"stringValue": text}} for key, text in attributes.items()]}
        trace = self.span("x", 0, 0, 0)["traceId"]
        session = self.bring(self.write(json.dumps(self.request(
            self.span("send", 0, 10, 1, attributes=[{"key": "n", "value": {"intValue": 1}}], events=[event("retry", 5), event("retry", 6)]),
            self.span("receive", 20, 30, 2, links=[{"traceId": trace, "spanId": f"{1:016x}", "attributes": []}, {"traceId": "f" * 32, "spanId": f"{1:016x}"}],
                      events=[event("exception", 25, **{"exception.type": "E", "exception.message": "no such key"}), {"name": "timeless"}], status={"code": 2})))))
        send, receive = self.spans(session)
        self.assertEqual((receive["links"], send["links"], send["attributes"]), ([send["id"]], [], {"n": 1}))
        self.assertEqual((receive["failed"], receive["message"]), (True, "no such key"))
        report = self.report(session)
        self.assertEqual([(metric["name"], metric["count"], metric["first_ns"]) for metric in report["metrics"]], [("retry", 2, 5), ("exception", 1, 25)])
        self.assertEqual([process["threads"] for process in report["processes"]], [1])
        for said in ("what they lead to is not in the file, or far off: 1", "a time that can be: 1"):
            self.assertIn(said, self.notes(session))
        self.assertEqual([span["links"] for span in self.spans(self.bring(self.otlp_of(session)))].count([]), 1)

    def test_parents_that_are_not_there_and_ends_without_begins(self):
        bad = self.span("bad", 0, 10, 9)
        del bad["endTimeUnixNano"]
        session = self.bring(self.write(json.dumps(self.request(
            self.span("a", 0, 10, 1, 77), self.span("late", 0, 5, 2, 3), self.span("parent", 2, 20, 3), bad, self.span("back", 10, 5, 4)))))
        tree = self.tree(session)
        self.assertEqual(tree.pop(("bad", "scope")), 0)
        self.assertEqual(tree, {("a", "scope"): 1, ("parent", "scope"): 1, ("parent", "scope", "late", "async"): 1})
        self.assertEqual([(span["name"], span["begin_ns"], span["duration_ns"]) for span in self.report(session)["open_spans"]], [("bad", 0, 20)])
        for said in ("their times put them: 1", "end before they begin: 1"):
            self.assertIn(said, self.notes(session))

    def test_what_is_torn_is_refused_with_its_line(self):
        text = json.dumps(self.request(self.span("a", 0, 10, 1)))
        self.assertIn("line 2", self.refused(self.write(text + "\n" + text[:-20])))
        self.assertIn("is it cut off?", self.refused(self.write(text[:300])))
        self.assertIn("there is no span in", self.refused(self.write('{"resourceSpans":[]}')))


class AnyTrace(ImportCase):
    """Spans that stand anywhere, by a clock so coarse that many are alike."""

    def rows(self, seed):
        chance = random.Random(seed)
        length = chance.choice([5, 50, 1000])
        for i in range(chance.choice([1, 3, 20, 200])):
            yield {"name": f"n{chance.randrange(4)}", "start_ns": chance.randrange(length), "duration_ns": chance.choice([0, chance.randrange(length)]),
                   "pid": chance.randrange(2), "thread": chance.choice(["0", "1", "io"]), "id": i + 1,
                   "parent": chance.choice(["", "", chance.randrange(1, 200)]), "failed": chance.randrange(2)}

    def otlp(self, rows):
        def span(row):
            thread = [{"key": "thread.id", "value": {"stringValue": row["thread"]}}] if row["thread"] != "io" else []
            return {"traceId": "1", "spanId": str(row["id"]), "parentSpanId": str(row["parent"]), "name": row["name"], "attributes": thread,
                    "startTimeUnixNano": str(row["start_ns"] + 1), "endTimeUnixNano": row["start_ns"] + row["duration_ns"] + 1,
                    "status": {"code": 2 * row["failed"]}}
        return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span(row) for row in rows if row["pid"] == pid]}]} for pid in range(2)]})

    def csv(self, rows):
        return "\n".join([",".join(rows[0])] + [",".join(map(str, row.values())) for row in rows])

    def check_nesting(self, spans):
        threads = {}
        for span in spans:
            if span["kind"] == "scope":
                threads.setdefault((span["pid"], span["thread"]), []).append((span["begin_ns"], span["begin_ns"] + span["duration_ns"]))
        for ranges in threads.values():
            for begin, end in ranges:
                self.assertFalse([other for other in ranges if begin < other[0] < end < other[1]])

    def test_nothing_is_lost_and_what_is_in_one_thread_nests(self):
        for seed in range(24):
            rows = list(self.rows(seed))
            form = ("csv", "otlp")[seed % 2]
            with self.subTest(seed=seed, form=form):
                session = self.bring(self.write(getattr(self, form)(rows)))
                names, spans = self.report(session)["names"], self.spans(session)
                self.assertEqual(sum(name["count"] for name in names), len(rows))
                self.assertEqual(sum(name["failed"] for name in names), sum(row["failed"] for row in rows))
                self.assertEqual(sorted((span["name"], span["duration_ns"]) for span in spans), sorted((row["name"], row["duration_ns"]) for row in rows))
                self.check_nesting(spans)


class References(ImportCase):
    """The traces that Jaeger's critical paths are tested with."""

    CASES = pathlib.Path(os.environ.get("REFERENCE_DATA", "../shared/data")) / "jaeger_cp/cases.json"

    def paths(self, spans):
        """By id: the names from the root on."""
        by_id = {span["id"]: span for span in spans}

        def path(span):
            return (path(by_id[span["parent"]]) if span["parent"] else []) + [span["op"]]
        return sorted((path(span), span["duration"] * 1000) for span in spans)

    @unittest.skipUnless(CASES.exists(), "the reference traces are not here")
    def test_every_span_lies_where_its_parents_say(self):
        """And the critical path is Jaeger's, also where a child begins before its parent (R11.10)."""
        for case in json.loads(self.CASES.read_text())["cases"]:
            for form, text in self.texts(case["spans"]).items():
                with self.subTest(case=case["name"], form=form):
                    session = self.bring(self.write(text))
                    self.assertEqual(sorted((span["path"], span["duration_ns"]) for span in self.spans(session)), self.paths(case["spans"]))
                    self.assertEqual(self.critical_path(session), self.expected_path(case))

    def expected_path(self, case):
        names, ns = {span["id"]: span["op"] for span in case["spans"]}, {}
        for section in case["expected_sections"]:
            name = names[section["id"]]
            ns[name] = ns.get(name, 0) + (section["end"] - section["start"]) * 1000
        return ns

    def texts(self, spans):
        """In one service without threads, with a service to each span, with a thread to each."""
        kinds = {"producer": 4, "consumer": "SPAN_KIND_CONSUMER", "client": 3}
        otlp = [{"traceId": "1", "spanId": span["id"], "parentSpanId": span["parent"] or "", "name": span["op"], "kind": kinds.get(span["kind"], 1),
                 "startTimeUnixNano": (1 + span["start"]) * 1000, "endTimeUnixNano": (1 + span["start"] + span["duration"]) * 1000} for span in spans]
        rows = [f'{span["op"]},{span["start"]},{span["duration"]},{span["id"]},{span["parent"] or ""},{span["kind"] or ""}' for span in spans]
        threads = [f"{row},{i + 1}" for i, row in enumerate(rows)]
        services = [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": span["spanId"]}}]}, "scopeSpans": [{"spans": [span]}]} for span in otlp]
        return {"one service": json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": otlp}]}]}),
                "services": json.dumps({"resourceSpans": services}),
                "table": "\n".join(["name,start_us,duration_us,id,parent,kind"] + rows),
                "threads": "\n".join(["name,start_us,duration_us,id,parent,kind,thread"] + threads)}


class Sizes(ImportCase):
    def test_more_than_is_sorted_in_memory(self):
        """More spans than are sorted in memory, in no order, from a pipe."""
        program = ("import sys\nprint('name,start_ns,duration_ns,thread,text')\n"
                   "for i in range(1200000): print(f'n{i % 5},{i * 7919 % 1200000 * 1000},900,{i % 3},{i:060d}')\n")
        produce = subprocess.Popen(["python3", "-c", program], stdout=subprocess.PIPE)
        session = self.path("large")
        done = self.run_tacho("import", "-", "-o", session, stdin=produce.stdout)
        produce.stdout.close()
        self.assertEqual((produce.wait(), done.returncode, done.stderr), (0, 0, b""))
        self.assertEqual(sum(name[0] for name in self.figures(session).values()), 1200000)

    def test_a_signal_leaves_nothing(self):
        before = sorted(os.listdir(self.root))
        process = subprocess.Popen([TACHO, "import", "-", "-o", self.path("stopped")], env=self.environment, stdin=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdin.write(b"name,start_ns,duration_ns\n" + b"n,0,1\n" * 20000)
        process.stdin.flush()
        wait_until(lambda: len(os.listdir(self.root)) > len(before))
        process.terminate()
        process.stdin.close()
        said = process.stderr.read()
        self.assertEqual((process.wait(), said.count(b"\n")), (-signal.SIGTERM, 1), said)
        self.assertEqual(sorted(os.listdir(self.root)), before)
        process.stderr.close()

    def test_what_a_kill_leaves_goes_with_the_next_import(self):
        process = subprocess.Popen([TACHO, "import", "-"], env=self.environment, stdin=subprocess.PIPE)
        process.stdin.write(b"name,start_ns,duration_ns\n" + b"n,0,1\n" * 20000)
        process.stdin.flush()
        wait_until(lambda: os.path.isdir(self.store) and any(os.path.exists(os.path.join(self.store, name, "lock")) for name in os.listdir(self.store)))
        done = self.run_tacho("import", "-", "--name", "other", input=b"name,start_ns,duration_ns\nn,0,1\n")
        self.assertEqual((done.returncode, len(os.listdir(self.store))), (0, 2))  # the one under way stays
        process.kill()
        process.wait()
        process.stdin.close()
        done = self.run_tacho("import", "-", "--name", "another", input=b"name,start_ns,duration_ns\nn,0,1\n")
        self.assertEqual([name.split("-")[0] for name in sorted(os.listdir(self.store))], ["another", "other"])

    def test_a_full_disk_leaves_nothing(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        path = self.write("name,start_ns,duration_ns\n" + "".join(f"n,{i},{i * 7919 % 99991}\n" for i in range(100000)))
        limit = ["bash", "-c", 'ulimit -f 64; trap "" XFSZ; exec "$@"', "-", TACHO, "import", "-o", self.path("small"), path]
        before = sorted(os.listdir(self.root))
        done = subprocess.run(limit, env=self.environment, capture_output=True)
        self.assertEqual((done.returncode, done.stderr.count(b"\n")), (2, 1), done.stderr)
        self.assertEqual(sorted(os.listdir(self.root)), before)


if __name__ == "__main__":
    unittest.main(verbosity=0)
