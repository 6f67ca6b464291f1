#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho export`: what holds of every format, files and what can be wrong with them (R6.1, R6.7); tables by Python's csv (R6.2);
Chrome traces (R11.8)."""
# runs in: release asan

import bisect
import collections
import csv
import datetime
import errno
import fcntl
import html.parser
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import unittest
import xml.dom.minidom

from tacho_case import TACHO, TachoCase, wait_until

FIXTURES = os.path.join(os.path.dirname(TACHO), "tests")
FIXTURE = os.path.join(FIXTURES, "export_fixture")
NAMES = ["a,b", 'say "hi"', "two\nlines", "=1+2", "+cmd|' /C calc'!A0", "-1", "@sum", "\ufffdff\ufffdfe raw", "\t=tab", "<b>&amp;</b>",
         "a.b", "a_b", "a b", "le", "0digit", "€ uro", "</script><script>alert(1)//", " blank "]
ALIKE = [b"bad\xff", b"bad\xfe", "bad\ufffd".encode(), "bad\ufffdff".encode(), b"bad\x01", b"bad\x02", "bad\uffff".encode()]
USUAL = " as single ones|^tacho: the session is being recorded: |that had not ended (is|are) not in it$"  # of what sessions of tests may be
TABLES = ["spans.csv", "summary.csv", "metrics.csv", "events.csv", "samples.csv"]


def strict(text):
    def refuse(constant):
        raise ValueError(constant)

    def members(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError(f"a key comes twice: {[key for key, _ in pairs]}")
        return dict(pairs)
    return json.loads(text, parse_constant=refuse, object_pairs_hook=members)


def recorded(text):
    """The bytes that a text was before it was made sound."""
    return re.sub("\ufffd([0-9a-f]{2})".encode(), lambda found: bytes([int(found[1], 16)]), text.encode())


class ExportCase(TachoCase):
    def record(self, *command, name="session", **how):
        session = os.path.join(self.store, name)
        self.run_tacho("run", "-q", "-o", session, "--", *command, **how)
        return session

    def export(self, session, form, *options, name=None, **how):
        """The file or directory that was made."""
        path = self.path(name or f"out-{form}")
        done = self.run_tacho("export", "--format", form, "-o", path, *options, session, **how)
        told = [line for line in done.stderr.decode().splitlines() if not re.search(USUAL, line)]
        expected = ["tacho: nothing of the session lies in the time that was asked for"] if {"10h", "1h"} & set(options) and "--from" in options and form != "archive" else []
        expected = ["tacho: nothing of the session matches --span 'nothing'"] if "nothing" in options else expected
        self.assertEqual(told, expected, (form, options))
        self.assertEqual((done.returncode, done.stdout), (0, b""), (form, options))
        return path

    def refused(self, session, *arguments, **how):
        """What it says, in one line."""
        done = self.run_tacho("export", *arguments, session, **how)
        self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
        text = done.stderr.decode()
        self.assertEqual(text.count("\n"), 1, text)
        return text

    def formats(self):
        """Those that are text of a part of the session: all but the archive."""
        lines = self.run_tacho("export", "--format", "?").stdout.decode().splitlines()
        return [line.split()[0] for line in lines if not line.startswith("archive ")]

    def table(self, session, name, *options):
        folder = self.export(session, "csv", *options, name=f"csv-{len(os.listdir(self.root))}")
        with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(text[:1], "\ufeff")  # or spreadsheets take it for another code
        text = text[1:]
        self.assertNotRegex(text.replace("\r\n", ""), "\r(?!\n)")
        return list(csv.DictReader(text.splitlines(keepends=True), strict=True))

    def spans_now(self, session):
        done = self.run_tacho("report", "--format", "json", session)
        return [span["name"] for span in json.loads(done.stdout)["open_spans"]] if done.returncode == 0 else []


class Files(ExportCase):
    def test_formats_are_listed(self):
        done = self.run_tacho("export", "--format", "?")
        for line in done.stdout.decode().splitlines():
            self.assertRegex(line, r"^[a-z]+ +\S.{20,}$")
        self.assertTrue({"csv", "chrome"} <= set(self.formats()))

    def test_every_format_takes_every_session(self):
        everything = self.record(os.path.join(FIXTURES, "everything_fixture"))
        empty = self.record("true", name="empty")
        hostile = self.record(FIXTURE, "hostile", name="hostile")
        for form in self.formats():
            for session in (everything, empty, hostile):
                for options in ([], ["--window", "1ms"], ["--from", "10h"], ["--span", "nothing"]):
                    with self.subTest(form=form, session=os.path.basename(session), options=options):
                        path = self.export(session, form, *options, name=f"{form}-{len(os.listdir(self.root))}")
                        files = [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
                        for file in files:
                            with open(file, encoding="utf-8") as stream:  # whatever was recorded, this is UTF-8
                                self.assertNotIn("\0", stream.read())

    def test_many_names(self):
        """Nothing is done for each name with each other."""
        session = self.record(FIXTURE, "wide", "6000", extra={"TACHO_RING_RECORDS": "8192"})
        for form in self.formats():
            self.export(session, form)
        self.assertEqual(len(self.table(session, "summary.csv")), 6000)

    def test_a_running_session(self):
        session = os.path.join(self.store, "running")
        running = subprocess.Popen([TACHO, "run", "-q", "-o", session, "--", TACHO, "span", "waits", "--", "cat"],
                                   env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: "waits" in self.spans_now(session))
        for form in self.formats():
            self.export(session, form)
        running.communicate()
        self.assertEqual(running.returncode, 0)

    def test_made_up_names(self):
        session = self.record(FIXTURE, "none", name="a b")
        folder = self.path("exports")
        for form, ending in (("chrome", ".trace.json"), ("csv", "-csv"), ("archive", ".tar.zst")):
            done = self.run_tacho("export", "--format", form, session, extra={"TACHO_EXPORT_DIRECTORY": folder})
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            path = done.stdout.decode().rstrip("\n")
            self.assertRegex(path, rf"^{re.escape(folder)}/export_fixture-\d{{8}}-\d{{6}}{re.escape(ending)}$")
            self.assertTrue(os.path.exists(path))
        names = set(os.listdir(folder))
        self.assertEqual(len(names), 3)
        for _ in range(2):  # within a second
            self.run_tacho("export", "--format", "chrome", session, extra={"TACHO_EXPORT_DIRECTORY": folder})
        self.assertEqual(len(os.listdir(folder)), 5)

    def test_standard_output(self):
        session = self.record(FIXTURE, "many", "20")
        done = self.run_tacho("export", "--format", "chrome", "-o", "-", session)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        with open(self.export(session, "chrome"), "rb") as file:
            self.assertEqual(done.stdout, file.read())
        self.assertIn("several files", self.refused(session, "--format", "csv", "-o", "-"))
        with open("/dev/full", "wb") as full:
            done = self.run_tacho("export", "--format", "chrome", "-o", "-", session, stdout=full)
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, "cannot write to standard output")

    def test_what_is_no_file_stays_what_it_is(self):
        """Devices and FIFOs are written into, as by the shell's >, with --force or without."""
        session = self.record(FIXTURE, "many", "20")
        with open(self.export(session, "chrome"), "rb") as file:
            whole = file.read()
        fifo, listening = self.path("fifo"), self.path("socket")
        os.mkfifo(fifo)
        for force in ([], ["--force"]):
            export = subprocess.Popen([TACHO, "export", "-f", "chrome", *force, "-o", fifo, session], env=self.environment)
            with open(fifo, "rb") as reader:
                self.assertEqual(reader.read(), whole)
            self.assertEqual(export.wait(), 0)
            self.assertTrue(stat.S_ISFIFO(os.lstat(fifo).st_mode))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(listening)
            self.assertIn("neither a file nor a FIFO", self.refused(session, "--force", "-f", "chrome", "-o", listening))
            self.assertTrue(stat.S_ISSOCK(os.lstat(listening).st_mode))
        for minor, status in ((3, 0), (7, 2)):  # as /dev/null and /dev/full
            device = self.path(f"device-{minor}")
            if not self.made_device(device, minor):
                continue
            for force in ([], ["--force"]):
                done = self.run_tacho("export", "-f", "chrome", *force, "-o", device, session)
                self.assertEqual((done.returncode, done.stdout), (status, b""), done.stderr)
                self.assertNotIn(b"--force", done.stderr)
                self.assertTrue(stat.S_ISCHR(os.lstat(device).st_mode))

    @staticmethod
    def made_device(path, minor):
        """Not for everybody, nor on every filesystem."""
        try:
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, minor))
            os.close(os.open(path, os.O_WRONLY))
            return True
        except PermissionError:
            return False

    def test_what_a_link_leads_to_is_replaced(self):
        session = self.record(FIXTURE, "none")
        os.mkdir(self.path("folder"))
        target = self.path("folder/report")
        with open(target, "w") as file:
            file.write("old")
        os.symlink(target, self.path("latest"))
        self.assertIn("is there already", self.refused(session, "-f", "chrome", "-o", self.path("latest")))
        self.assertEqual(self.read(target), "old")
        self.export(session, "chrome", "--force", name="latest")
        self.assertTrue(os.path.islink(self.path("latest")))
        self.assertIn("traceEvents", self.read(target))
        self.assertEqual(os.listdir(self.path("folder")), ["report"])
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):  # links, whose target here is a file
            with open(target, "wb") as out:
                done = self.run_tacho("export", "-f", "chrome", "--force", "-o", name, session, stdout=out)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn("traceEvents", self.read(target))
        self.assertEqual(os.listdir(self.path("folder")), ["report"])
        self.assertIn("it has none", self.refused(session, "-f", "chrome", "-o", ""))

    def test_a_link_that_leads_nowhere_stays(self):
        session = self.record(FIXTURE, "none")
        os.symlink(self.path("gone"), self.path("latest"))
        os.symlink("itself", self.path("itself"))
        os.mkdir(self.path("tables"))
        os.symlink(self.path("gone"), self.path("tables/spans.csv"))
        for form, name in (("chrome", "latest"), ("csv", "latest"), ("chrome", "itself"), ("csv", "tables")):
            for force in ((), ("--force",)):
                self.assertIn("a link that leads nowhere", self.refused(session, "-f", form, *force, "-o", self.path(name)))
        self.assertEqual(os.readlink(self.path("latest")), self.path("gone"))
        self.assertFalse(os.path.exists(self.path("gone")))
        self.assertEqual(os.listdir(self.path("tables")), ["spans.csv"])

    def test_mistakes(self):
        session = self.record(FIXTURE, "none")
        self.assertIn('did you mean "chrome"?', self.refused(session, "--format", "crome"))
        self.assertIn("there are json, csv, chrome, ", self.refused(session, "--format", "xyzzy"))
        self.assertIn("--format ? lists them", self.refused(session))
        self.assertIn(f"there is no directory {self.path('nowhere')}", self.refused(session, "--format", "chrome", "-o", self.path("nowhere/x")))
        self.assertIn("there is no directory", self.refused(session, "--format", "csv", "-o", self.path("no/where")))
        self.assertIn("is a directory", self.refused(session, "--format", "chrome", "-o", self.root))
        self.assertIn("no session", self.refused("nothing", "--format", "chrome"))
        with open(self.path("file"), "w") as file:
            file.write("mine")
        self.assertIn("--force", self.refused(session, "--format", "chrome", "-o", self.path("file")))
        self.assertIn("makes a directory", self.refused(session, "--format", "csv", "-o", self.path("file")))
        self.assertEqual(self.read(self.path("file")), "mine")
        self.export(session, "chrome", "--force", name="file")
        self.assertIn("traceEvents", self.read(self.path("file")))

    def test_what_is_damaged_is_said(self):
        """On standard error, as the report has it in its notes: most formats have no place for that."""
        def lines(command, *options):
            done = self.run_tacho(command, *options, session)
            self.assertEqual(done.returncode, 0)
            return done.stderr.decode().splitlines()
        session = self.record(FIXTURE, "many", "60000", extra={"TACHO_KEEP": "all", "TACHO_RING_RECORDS": "65536"})
        export = ["--force", "--format", "chrome", "-o", self.path("out")]
        self.assertEqual((lines("export", *export), lines("dump")), ([], []))
        stored = os.path.join(session, "spans.tacho")
        with open(stored, "r+b") as file:
            file.seek(os.path.getsize(stored) // 2)
            file.write(b"damaged")
        *_, said, there = lines("export", *export)
        self.assertRegex(there, r"^tacho: of its 60,000 spans [\d,]+ are there as single ones: the others cannot be read, or were overwritten before they were stored$")
        self.assertEqual(self.read(self.path("out")).count('"ph":"X"'), int(there.split()[5].replace(",", "")))
        self.assertRegex(said, r"^tacho: [\d,]+ stored spans cannot be read: spans.tacho is damaged$")
        self.assertEqual(lines("dump")[-1], said)
        missing = int(re.search(r"[\d,]+", said).group().replace(",", ""))
        kept_besides = 2 * 5  # the slowest of two names, which may lie in the block
        self.assertIn(self.read(self.path("out")).count('"ph":"X"') + missing - 60000, range(kept_besides + 1))
        os.truncate(os.path.join(session, "log.tacho"), os.path.getsize(os.path.join(session, "log.tacho")) - 1)
        torn, *_, again, _ = lines("export", *export)
        self.assertRegex(torn, "^tacho: the observer's log is torn: ")
        self.assertEqual(again, said)
        self.assertIn(torn.removeprefix("tacho: "), self.report(session)["notes"])

    def test_large_rings_stream(self):
        """What comes out of rings of more spans than are held at once is what a session has that holds them all."""
        for what, spans in (("many", 100000), ("batches", 70000)):
            session = self.record(FIXTURE, what, str(spans), name=what, extra={"TACHO_RING_RECORDS": "131072", "TACHO_ATTRIBUTE_RING_BYTES": "16M"})
            options = []
            for wanted in (spans, spans // 2):
                dumped = [strict(line) for line in self.run_tacho("dump", "--format", "json", *options, session, check=True).stdout.splitlines()]
                end_ns = [span["begin_ns"] + span["duration_ns"] for span in dumped]
                known = sorted((s["name"], s["begin_ns"], s["pid"], s["thread"], s["depth"], sorted(s["attributes"].items())) for s in dumped)
                rows = self.table(session, "spans.csv", *options)
                found = sorted((row["name"], round(float(row["start_seconds"]) * 1e9), int(row["pid"]), int(row["thread"]), int(row["depth"]),
                                sorted(json.loads(row["attributes"] or "{}").items())) for row in rows)
                self.assertEqual(found, known)
                self.assertLess(abs(len(found) - wanted), 3)
                options = ["--to", f"{sorted(end_ns)[len(end_ns) // 2]}ns"]
            self.assertEqual(strict(self.read(self.export(session, "json", "--force")))["report"]["notes"], [])

    def test_the_order_of_single_spans(self):
        """docs/EXPORT.md: what is read back thread by thread by end, then what is held in memory by begin."""
        steps = "sh", "-c", '"$0" steps 12 & "$0" steps 12; wait', os.path.join(FIXTURES, "keep_fixture")  # of 8,192 spans each, once some more of either were stored
        for what, spans, told, command, extra in (("held", 1000, 0, (FIXTURE, "many", "1000"), {}),
                                                  ("aside", 100000, 100000 - 65536 - 64, (FIXTURE, "many", "100000"), {"TACHO_RING_RECORDS": "131072"}),
                                                  ("stored", 2 * 12 * 8192, 8192, steps, {"TACHO_KEEP": "all", "TACHO_RING_RECORDS": "65536"})):
            rows = self.table(self.record(*command, name=what, extra=extra), "spans.csv")
            begins = [round(float(row["start_seconds"]) * 1e9) for row in rows]
            ends = [begin + round(float(row["duration_ms"]) * 1e6) for begin, row in zip(begins, rows)]
            held = len(rows) - 1
            while held and begins[held - 1] <= begins[held]:
                held -= 1
            self.assertEqual(len(rows), spans)
            self.assertGreaterEqual(held, told)  # the last of what was put aside may be in order, too
            self.assertLessEqual(held, spans if told else 0)
            rounding = 2  # begin and duration are rounded each by itself
            last = {}
            for row, end in zip(rows[:held], ends):
                self.assertLessEqual(last.get(row["pid"], 0), end + rounding)
                last[row["pid"]] = end

    def test_large_rings_take_little_memory(self):
        """A part takes 16 bytes a span while it is read, and no more is held: with all of them this would take some 300 MB."""
        session = self.record(FIXTURE, "many", "1000000", extra={"TACHO_RING_RECORDS": "1048576"})
        exports = [("export", "--format", form, "-o", self.path(form)) for form in ("csv", "chrome", "otlp", "phases")]
        self.within(98304, session, *exports)
        exports = [("export", "--format", form, "-o", self.path(form)) for form in ("json", "html", "profile", "markdown")]
        self.within(196608, session, ("report",), ("explain", "decode"), *exports)
        whole = strict(self.read(self.path("json")))
        self.assertEqual(whole["report"], strict(self.run_tacho("report", "--format", "json", session, check=True).stdout))
        self.assertEqual(len(whole["spans"]), 1000000)

    def within(self, kib, session, *commands):
        limit = "unlimited" if "asan" in os.environ.get("TACHO_BUILD", "") else str(kib)  # sanitizers take addresses without end
        for command in commands:
            subprocess.run(["bash", "-c", 'ulimit -v "$0"; exec "$@"', limit, TACHO, *command, session],
                           env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def test_a_signal_leaves_nothing(self):
        session = self.record(FIXTURE, "many", "2000000", extra={"TACHO_KEEP": "all"})
        for form, number in (("json", signal.SIGTERM), ("csv", signal.SIGINT), ("chrome", signal.SIGHUP)):
            folder = self.path(f"stopped-{form}")
            status = 0
            while status == 0:  # it may have been through before the signal
                shutil.rmtree(folder, ignore_errors=True)
                os.mkdir(folder)
                process = subprocess.Popen([TACHO, "export", "--format", form, "-o", os.path.join(folder, "x"), session], env=self.environment,
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                wait_until(lambda: os.listdir(folder))
                process.send_signal(number)
                said = process.communicate()[1]
                status = process.returncode
            self.assertEqual(status, -number)
            self.assert_one_line(said, "the export was stopped: nothing is left of it")
            self.assertEqual(os.listdir(folder), [])

    def test_a_kill_leaves_nothing_under_the_name(self):
        """Neither half a file nor half a directory: what goes beyond the limit on files is a signal that nobody catches."""
        session = self.record(FIXTURE, "many", "60000", extra={"TACHO_RING_RECORDS": "65536"})
        for form in ("csv", "chrome"):
            folder = self.path(f"killed-{form}")
            os.mkdir(folder)
            done = subprocess.run(["bash", "-c", 'ulimit -f 512; exec "$@"', "-", TACHO, "export", "--format", form, "-o",
                                   os.path.join(folder, "x"), session], env=self.environment)
            self.assertEqual(done.returncode, -signal.SIGXFSZ)
            self.assertNotIn("x", os.listdir(folder))
            self.assertTrue(os.listdir(folder))
            for name in os.listdir(folder):
                self.assertRegex(name, r"^\.x\.unfinished-[0-9a-f]{8}$")
            self.export(session, form, name=f"killed-{form}/x")

    def test_what_is_there_stays(self):
        session = self.record(FIXTURE, "none")
        os.mkdir(self.path("tables"))
        with open(self.path("tables/metrics.csv"), "w") as file:
            file.write("mine")
        self.assertIn("metrics.csv is there already", self.refused(session, "--format", "csv", "-o", self.path("tables")))
        self.assertEqual(os.listdir(self.path("tables")), ["metrics.csv"])
        self.assertEqual(self.read(self.path("tables/metrics.csv")), "mine")
        self.export(session, "csv", "--force", name="tables")
        self.assertEqual(sorted(os.listdir(self.path("tables"))), sorted(TABLES))
        with open(self.path("tables/gpu.csv"), "w") as file:
            file.write("of another session")
        self.export(session, "csv", "--force", name="tables")
        self.assertEqual(self.read(self.path("tables/gpu.csv")).splitlines(), ["\ufeffseries,at_seconds,value,unit"])

    def test_read_only_directory(self):
        session = self.record(FIXTURE, "none")
        os.mkdir(self.path("closed"), 0o555)
        command = [TACHO, "export", "--format", "chrome", "-o", self.path("closed/x"), session]
        if os.getuid() == 0:  # whom modes do not stop
            command = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override", *command]
        done = subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, f"cannot write into {self.path('closed')}: Permission denied")

    def test_full_disk(self):
        """Nothing is left under any name, and it says how much there should be, to the byte that is written elsewhere."""
        session = self.record(FIXTURE, "many", "60000", extra={"TACHO_RING_RECORDS": "65536"})
        for form, kib in (("chrome", 512), ("csv", 512), ("archive", 64)):
            whole = self.export(session, form)
            os.mkdir(self.path(f"small-{form}"))
            # a limit on files is as good as a small disk: EFBIG instead of ENOSPC
            done = subprocess.run(["bash", "-c", f'trap "" XFSZ; ulimit -f {kib}; exec "$@"', "-", TACHO, "export", "--format", form, "-o",
                                   self.path(f"small-{form}/x"), session], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 2)
            files = [os.path.join(whole, name) for name in os.listdir(whole)] if os.path.isdir(whole) else [whole]
            taken = sum(os.path.getsize(file) for file in files)
            self.assert_one_line(done.stderr, "the export takes ")
            said = re.search(r"takes ([\d.]+) ([KM])iB, and in (\S+) there are [\d.]+ \wiB free", done.stderr.decode())
            self.assertEqual(said.group(3), self.path(f"small-{form}"))
            self.assertAlmostEqual(float(said.group(1)) * {"K": 2**10, "M": 2**20}[said.group(2)] / taken, 1, 2)
            self.assertEqual(os.listdir(self.path(f"small-{form}")), [])

    def on_a_terminal(self, session, form):
        """What stderr shows while somebody reads the export as slowly as it takes until that is something, and then the rest."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen([TACHO, "export", "--format", form, "-o", "-", session], env=self.environment, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        while not select.select([ours], [], [], 0.01)[0] and os.read(process.stdout.fileno(), 4096):
            pass
        seen = b""
        while process.stdout.read(1 << 20):
            pass
        while True:
            try:
                seen += os.read(ours, 65536)
            except OSError as error:
                self.assertEqual(error.errno, errno.EIO)
                break
        os.close(ours)
        process.stdout.close()
        self.assertEqual(process.wait(), 0)
        return seen

    def test_progress_is_for_terminals(self):
        """A line that is gone at the end, of each kind of format."""
        wide, even = self.record(FIXTURE, "wide", "6000", extra={"TACHO_RING_RECORDS": "8192"}), self.path("even")
        with open(self.path("trace.json"), "w") as file:
            json.dump([{"name": f"name {i}", "ph": "X", "ts": 10 * i, "dur": 10, "pid": 1, "tid": 1} for i in range(3000)], file)
        self.run_tacho("import", "-o", even, self.path("trace.json"), check=True)
        for form, session, spans in (("otlp", even, b"[\\d,]+ spans, "), ("html", even, b"[\\d,]+ spans, "), ("flamegraph", even, b""), ("archive", wide, b"")):
            self.assertRegex(self.on_a_terminal(session, form), b"^(\r\x1b\\[Kexporting: (" + spans + b")?[\\d.]+ [KMG]?i?B(ytes)?)+\r\x1b\\[K$", form)

    def test_redaction_at_export(self):
        session = self.record(FIXTURE, "hostile")
        for form in self.formats():
            for extra in ({"TACHO_REDACT_KEYS": "*token*"}, {"TACHO_REDACT_VALUES": "s3*"}):
                path = self.export(session, form, name=f"{form}-{len(os.listdir(self.root))}", extra=extra)
                files = [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
                for file in files:
                    self.assertNotIn("s3cr3t", self.read(file), form)
        plain = self.read(self.export(session, "chrome", name="plain"))
        self.assertIn("s3cr3t", plain)

    def test_nothing_keeps_a_secret(self):
        """Wherever a session has it, by a rule for its value; by a key where there are keys; also in two words (R6.7)."""
        os.mkdir(self.path("at-hunter2"))
        os.symlink(FIXTURE, self.path("at-hunter2/fixture"))  # a short command: of a long one the table has the beginning
        session = self.record("/bin/sh", "-c", "./fixture hostile; exit 0", "--password=hunter2", "--password", "hun ter2", "https://u:hunter2@h/",
                              name="hunter2-session", cwd=self.path("at-hunter2"))
        manifest = os.path.join(session, "manifest")
        with open(manifest, encoding="utf-8") as file:
            lines = file.read().splitlines()
        lines = [re.sub("^(name|host) .*", r"\1 hunter2", line) for line in lines] + ["note hunter2 was here"]
        with open(manifest, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        for form in self.formats():
            def written(extra):
                path = self.export(session, form, name=f"{form}-{len(os.listdir(self.root))}", extra=extra)
                files = [os.path.join(path, name) for name in os.listdir(path)] if os.path.isdir(path) else [path]
                return "".join(map(self.read, files))
            self.assertNotRegex(written({"TACHO_REDACT_VALUES": "*hunter2*,hun ter2,s3cr3t"}), "hunter2|ter2|s3cr3t", form)
            self.assertNotRegex(written({"TACHO_REDACT_KEYS": "password,*token*"}), "=hunter2|hun ter2|s3cr3t", form)
        plain = strict(self.read(self.export(session, "json", name="plain")))
        self.assertIn("hunter2", str(plain["report"]["process_tree"]))
        self.assertIn("hunter2 was here", plain["report"]["notes"])


    def test_a_window_of_all_is_all(self):
        """Counts of metrics too, which are not known of a part of the session."""
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        for form in ("json", "otlp", "prometheus", "openmetrics"):
            whole = self.read(self.export(session, form, name=f"whole-{form}"))
            for i, window in enumerate((["--window", "1h"], ["--from", "0s"], ["--to", "1h"])):
                self.assertEqual(self.read(self.export(session, form, *window, name=f"{form}-{i}")), whole, (form, window))

    def told(self, session, form, *options):
        done = self.run_tacho("export", "--format", form, "-o", self.path(f"told-{len(os.listdir(self.root))}"), *options, session)
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        return done.stderr.decode().splitlines()

    def test_what_is_not_in_it_is_said(self):
        """Of every format: nothing that matches, and that a session runs; where single spans go, how many there are, and what was open."""
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        for form in ("csv", "prometheus", "flamegraph", "profile"):
            for option in ("span", "metric", "source"):
                self.assertEqual(self.told(session, form, f"--{option}", "no*match"), [f"tacho: nothing of the session matches --{option} 'no*match'"], form)
        opened = len(self.report(session)["open_spans"])
        self.assertGreater(opened, 1)  # it was killed
        self.assertEqual(self.told(session, "phases")[-1], f"tacho: {opened} spans that had not ended are not in it")
        self.assertNotIn("not ended", "".join(self.told(session, "csv")))
        many = self.record(FIXTURE, "many", "60000", name="many")
        said, = self.told(many, "json")
        written = sum("open" not in span for span in strict(self.read(self.export(many, "json", name="many.json")))["spans"])
        self.assertEqual(said, f"tacho: of its 60,000 spans {written:,} are there as single ones; run --keep all keeps every one")

    def test_no_date_is_no_date(self):
        """Of a trace that has none."""
        with open(self.path("trace.csv"), "w") as file:
            file.write("name,start_ms,duration_ms\nstep,5,10\nstep,20,10\n")
        session = self.path("undated")
        self.run_tacho("import", "-o", session, self.path("trace.csv"), check=True)
        phases = strict(self.read(self.export(session, "phases")))
        self.assertEqual(phases["phases"]["step"]["entries"][0]["start_time_reason"], "the trace has no date")
        times = [[entry[key] for key in ("start_time", "start_timestamp", "end_time", "end_timestamp")] for entry in phases["phases"]["step"]["entries"]]
        self.assertEqual(times, [[None] * 4] * 2)
        profile = strict(self.read(self.export(session, "profile")))
        self.assertEqual((profile["start_time"], profile["sample_interval"]), (None, None))
        self.assertTrue(profile["start_time_reason"] and profile["sample_interval_reason"])
        self.assertNotIn("1970-", "".join(self.read(self.export(session, form, name=f"undated-{form}")) for form in self.formats() if form not in ("csv", "otlp")))

    def test_only_waits_for_input_are_io_wait(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        self.assertTrue([metric for metric in self.report(session)["metrics"] if metric["kind"] == "wait"])
        wait = strict(self.read(self.export(session, "profile")))["statistics"]["io_wait"]
        self.assertEqual((wait["total_seconds"], wait["percent"]), (None, None))

    def test_what_differs_stays_different(self):
        """Names and keys that differ only in bytes that are no text, and which bytes they were can be told."""
        session = self.record(FIXTURE, "alike")
        names = {"json": lambda text: [name["name"] for name in strict(text)["report"]["names"]],
                 "phases": lambda text: list(strict(text)["phases"]),
                 "profile": lambda text: [module["module"] for module in strict(text)["module_profiles"]],
                 "chrome": lambda text: [event["name"] for event in strict(text)["traceEvents"] if event["ph"] == "X"],
                 "speedscope": lambda text: [frame["name"] for frame in strict(text)["shared"]["frames"]],
                 "folded": lambda text: [line.rpartition(" ")[0].rpartition(";")[2] for line in text.splitlines()],
                 "otlp": lambda text: [span["name"] for span in strict(text.splitlines()[0])["resourceSpans"][0]["scopeSpans"][0]["spans"]],
                 "prometheus": lambda text: re.findall(r'^tacho_span_duration_seconds_count{span="(.*)"}', text, re.M)}
        for form, found in names.items():
            with self.subTest(form):
                self.assertEqual(sorted(map(recorded, found(self.read(self.export(session, form))))), sorted(ALIKE))
        spans = self.table(session, "spans.csv")
        self.assertEqual(sorted(recorded(row["name"]) for row in spans), sorted(ALIKE))
        for row in spans:
            self.assertEqual(strict(row["attributes"]), {"k\ufffdff": 1, "k\ufffdfe": 2})
        self.assertEqual(sorted(recorded(row["help"]) for row in self.table(session, "metrics.csv")), sorted(ALIKE))

    def test_shares_that_are_not_known(self):
        """Own time of which too little was seen is said to be so, and is no figure: neither of Prometheus nor in a page or a graph."""
        session = self.record(FIXTURE, "hostile")
        shares = [row for row in strict(self.read(self.export(session, "json")))["report"]["shares"] if row["row"] == "span"]
        unknown = [row["name"] for row in shares if not row["told_apart"]]
        self.assertTrue(unknown)
        for form in ("prometheus", "openmetrics"):
            lines = [line for line in self.read(self.export(session, form)).splitlines() if line.startswith("tacho_span_state_seconds_total{")]
            self.assertEqual(len(lines), 3 * (len(shares) - len(unknown)), form)
        page = self.read(self.export(session, "html"))
        of_nothing = re.findall("Not told apart at all: (.*?)\\. As estimated", page, re.S)
        self.assertEqual(page.count("on a CPU, not told apart</td>") + sum(text.count(", ") + 1 for text in of_nothing), min(len(unknown), 16))


class Archive(ExportCase):
    """All of a session in one file, which tar(1) reads."""

    def unpacked(self, archive):
        place = self.path(f"unpacked-{len(os.listdir(self.root))}")
        os.mkdir(place)
        subprocess.run(["tar", "--zstd", "-C", place, "-xf", archive], check=True)
        folder, = os.listdir(place)
        return os.path.join(place, folder)

    def bytes_of(self, folder):
        files = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as file:
                files[name] = file.read()
        return files

    def test_tar_reads_it(self):
        for name, command, extra in (("one", [os.path.join(FIXTURES, "everything_fixture")], {"TACHO_KEEP": "all"}),
                                     ("many", ["sh", "-c", f"for i in $(seq 40); do {TACHO} span s -- true; done"], {})):
            session = self.record(*command, name=name, extra=extra)
            report = self.report(session)  # which may compact it
            folder = self.unpacked(self.export(session, "archive", name=name + ".tar.zst"))
            self.assertEqual(os.path.basename(folder), name)
            self.assertEqual(os.stat(folder).st_mode & 0o777, 0o700)
            files = self.bytes_of(session)
            self.assertTrue({"manifest", "lock", "log.tacho", "spans.tacho" if name == "one" else "folded.tacho"} <= set(files), list(files))
            self.assertEqual(self.bytes_of(folder), files)
            again = self.report(folder)
            again["session"]["directory"] = session
            self.assertEqual(again, report)

    def test_a_running_session(self):
        session = os.path.join(self.store, "running")
        running = subprocess.Popen([TACHO, "run", "-q", "--keep", "all", "-o", session, "--", TACHO, "span", "outer", "--", "sh", "-c",
                                    f"{FIXTURE} many 1000; cat"], env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: self.spans(session).get("decode") == 500 if os.path.exists(session + "/manifest") else False)
        archive = self.path("running.tar.zst")
        done = self.run_tacho("export", "--format", "archive", "-o", archive, session)
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        self.assert_one_line(done.stderr, "is being recorded")
        folder = self.unpacked(archive)
        report = self.report(folder)
        self.assertEqual({name["name"]: name["count"] for name in report["names"]}, {"photo": 500, "decode": 500, "outer": 0})
        self.assertEqual([span["name"] for span in report["open_spans"]], ["outer"])
        self.assertEqual((report["session"]["state"], report["session"]["live"]), ("archived", False))
        self.assertIn("archived while it ran", self.run_tacho("report", folder).stdout.decode())
        self.assertRegex("".join(report["notes"]), r"^archived at 20\S+Z, while it was being recorded: what came later is not here$")
        dumped = self.run_tacho("dump", "--format", "json", folder).stdout.decode().splitlines()
        self.assertEqual(len(dumped), 1001)
        running.communicate()
        self.assertEqual(running.returncode, 0)
        self.assertEqual(self.report(session)["notes"], [])

    def test_each_span_is_there_once(self):
        """However far the program and the observer are: what the rings do not have any more is stored.  Of a thread that does not stand
        still figures are not all of one instant: they may differ by a step of it."""
        session = os.path.join(self.store, "running")
        running = subprocess.Popen([TACHO, "run", "-q", "--keep", "all", "-o", session, "--", os.path.join(FIXTURES, "keep_fixture"), "steps", "1000000"],
                                   env={**self.environment, "TACHO_RING_RECORDS": "16384"})
        wait_until(lambda: os.path.exists(os.path.join(session, "spans.tacho")))
        for i in range(3):
            self.run_tacho("export", "--format", "archive", "-o", self.path(f"{i}.tar.zst"), session, check=True)
        running.terminate()
        running.communicate()
        counts = []
        for i in range(3):
            folder = self.unpacked(self.path(f"{i}.tar.zst"))
            counts.append(self.spans(folder)["step"])
            dumped = [strict(line) for line in self.run_tacho("dump", "--format", "json", folder).stdout.decode().splitlines()]
            ended = [span["id"] for span in dumped if not span["open"]]
            self.assertEqual(len(set(ended)), len(ended))
            lost = re.search(r"(\d+) spans were overwritten", "".join(self.report(folder)["notes"]))
            self.assertAlmostEqual(len(ended) + int(lost.group(1) if lost else 0), counts[-1], delta=8192)
        self.assertEqual(counts, sorted(counts))
        self.assertGreater(counts[0], 0)

    def test_what_a_run_kept_out(self):
        """A session that was recorded under the rules of now may go into an archive, which has nothing of what they name."""
        folder = self.path("exports")
        done = self.run_tacho("run", "-q", "--export", "archive", "-c", f"export_directory={folder}", "-c", "redact_keys=*token*",
                              "--", FIXTURE, "hostile")
        self.assertEqual(done.returncode, 0)
        self.assert_one_line(done.stderr, "tacho: wrote ")
        made, = os.listdir(folder)
        files = self.bytes_of(self.unpacked(os.path.join(folder, made)))
        self.assertFalse([name for name, content in files.items() if b"s3cr3t" in content])
        plain = self.record(FIXTURE, "hostile")
        self.assertTrue([name for name, content in self.bytes_of(plain).items() if b"s3cr3t" in content])

    def test_nothing_less(self):
        session = self.record(FIXTURE, "hostile")
        for options in (["--window", "1s"], ["--from", "1s"], ["--to", "1s"], ["--span", "x"], ["--metric", "x"], ["--kind", "scope"],
                        ["--source", "x"], ["--last", "1"]):
            self.assertIn("windows and filters are for the others", self.refused(session, "--format", "archive", *options))
        os.makedirs(self.path("config/tacho"))
        with open(self.path("config/tacho/config"), "w") as file:
            file.write("redact_keys = *token*\n")
        for extra in ({}, {"TACHO_REDACT_KEYS": "", "TACHO_REDACT_VALUES": "s3*"}):
            self.assertIn("TACHO_REDACT_KEYS= TACHO_REDACT_VALUES=", self.refused(session, "--format", "archive", extra=extra))
        self.assertEqual([name for name in os.listdir(self.root) if name.endswith(".zst")], [])
        self.export(session, "archive", extra={"TACHO_REDACT_KEYS": "", "TACHO_REDACT_VALUES": ""})


class Runs(ExportCase):
    """R6.8: exports that `run` makes by itself."""

    def test_at_the_end(self):
        folder = self.path("exports")
        done = self.run_tacho("run", "-q", "--export", "csv", "--export", "chrome", "-c", f"export_directory={folder}", "--name", "job", "--", FIXTURE, "many", "10")
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        wrote = [line.removeprefix("tacho: wrote ") for line in done.stderr.decode().splitlines()]
        self.assertEqual(sorted(os.path.join(folder, name) for name in os.listdir(folder)), sorted(wrote))
        self.assertRegex(wrote[0], r"/job-\d{8}-\d{6}-csv$")
        self.assertRegex(wrote[1], r"/job-\d{8}-\d{6}\.trace\.json$")
        self.assertIn("photo", self.read(wrote[1]))

    def test_an_unknown_format_is_told_before_the_command_runs(self):
        for form, said in (("nope", "there are json, csv, chrome, html,"), ("crome", 'did you mean "chrome"?')):
            done = self.run_tacho("run", "--export", form, "--", "touch", self.path("ran"))
            self.assertEqual((done.returncode, done.stdout), (125, b""))
            self.assert_one_line(done.stderr, said)
            self.assertIn(b"(see tacho export --help)", done.stderr)
        self.assertFalse(os.path.exists(self.path("ran")))

    def test_now_and_then(self):
        folder = self.path("exports")
        running = subprocess.Popen([TACHO, "run", "-q", "--export", "phases", "--export-every", "1s", "-c", f"export_directory={folder}", "--", "cat"],
                                   env=self.environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until(lambda: os.path.isdir(folder) and len([name for name in os.listdir(folder) if name[0] != "."]) >= 2)
        before = len(os.listdir(folder))
        _, said = running.communicate()
        self.assertEqual(running.returncode, 0)
        self.assertGreater(len(os.listdir(folder)), before)
        self.assertEqual(sorted(line.removeprefix(f"tacho: wrote {folder}/") for line in said.decode().splitlines()), sorted(os.listdir(folder)))

    def test_now_and_then_for_who_reads_one_file(self):
        """As a textfile collector does: it would have each series as often as there are files."""
        folder = self.path("exports")
        running = subprocess.Popen([TACHO, "run", "-q", "--name", "job", "--export", "prometheus", "--export", "openmetrics", "--export-every", "1s", "-c",
                                    f"export_directory={folder}", "--", "cat"], env=self.environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        path, seen = os.path.join(folder, "job.prom"), set()

        def replaced():
            if os.path.exists(path):
                seen.add(os.stat(path).st_mtime_ns)
                self.assertIn("\ntacho_session_running 1\n", self.read(path))
            return len(seen) > 2

        wait_until(replaced)
        _, said = running.communicate()
        self.assertEqual(running.returncode, 0)
        self.assertEqual(sorted(os.listdir(folder)), ["job.openmetrics", "job.prom"])
        self.assertEqual({line.removeprefix(f"tacho: wrote {folder}/") for line in said.decode().splitlines()}, {"job.openmetrics", "job.prom"})
        self.assertIn("\ntacho_session_running 0\n", self.read(path))

    def test_the_command_counts(self):
        """An export that cannot be made is said; the command's status stands if it failed, and a budget's if one is broken."""
        with open(self.path("file"), "w"):
            pass
        for options, command, status in (([], "exit 7", 7), ([], "exit 0", 125), (["-b", "session.runtime < 1ns"], "exit 0", 120)):
            done = self.run_tacho("run", "-q", *options, "--export", "csv", "-c", f"export_directory={self.path('file')}", "--", "sh", "-c", command)
            self.assertEqual(done.returncode, status)
            self.assertIn("cannot write into", done.stderr.decode().splitlines()[0])

    def test_mistakes(self):
        for arguments, says in ((["--export", "exel"], 'there is no format "exel"'), (["--export-every", "1d"], "--export FORMAT says what"),
                                (["--export", "csv", "--export-every", "0s"], 'a duration from 1s to 365d, such as 1d, not "0s" (see tacho run --help)')):
            done = self.run_tacho("run", *arguments, "--", "true")
            self.assertEqual(done.returncode, 125)
            self.assert_one_line(done.stderr, says)


class Tables(ExportCase):
    def test_everything(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        report = self.report(session)
        spans = self.table(session, "spans.csv")
        dumped = self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines()
        self.assertEqual(len(spans), len(dumped))
        for row, span in zip(spans, map(strict, dumped)):
            self.assertEqual((row["name"], round(float(row["start_seconds"]) * 1e9), round(float(row["duration_ms"]) * 1e6)),
                             (span["name"], span["begin_ns"], span["duration_ns"]))
            self.assertEqual((int(row["pid"]), int(row["thread"]), int(row["depth"])), (span["pid"], span["thread"], span["depth"]))
            self.assertEqual(row["kind"] or "scope", span["kind"])
            self.assertEqual(row["outcome"], "open" if span["open"] else "failed" if span["failed"] else "ok")
            self.assertEqual(strict(row["attributes"] or "{}"), span["attributes"])
            self.assertEqual(row["message"], span.get("message") or "")
        rows = self.table(session, "summary.csv")
        self.assertEqual([row["name"] for row in rows], [name["name"] for name in report["names"]])
        for row, name in zip(rows, report["names"]):
            self.assertEqual(int(row["count"]), name["count"])
            for column, key, unit in (("total_seconds", "total_ns", 1e9), ("mean_ms", "mean_ns", 1e6), ("p95_ms", "p95_ns", 1e6), ("sd_ms", "sd_ns", 1e6)):
                if name[key] is None:
                    self.assertEqual(row[column], "")
                else:
                    self.assertAlmostEqual(float(row[column]) * unit / (name[key] or 1), bool(name[key]), 12)
        metrics = {(metric["name"], metric["kind"], metric["source"]): metric for metric in report["metrics"]}
        rows = self.table(session, "metrics.csv") + self.table(session, "events.csv")
        self.assertEqual({(row["name"], row["kind"], row["source"]) for row in rows}, set(metrics))
        for row in rows:
            metric = metrics[row["name"], row["kind"], row["source"]]
            self.assertEqual((row["count"], row["help"]), ("" if metric["count"] is None else str(metric["count"]), metric["help"]))
        points = sum(value is not None for series in report["series"] for _, value in series["points"])
        samples = self.table(session, "samples.csv")
        self.assertEqual(len(samples), points)
        self.assertEqual(max(round(float(row["at_seconds"]) * 1e9) for row in samples), report["session"]["runtime_ns"])  # the last reading is of the end

    def test_hostile_names(self):
        session = self.record(FIXTURE, "hostile")
        rows = self.table(session, "spans.csv")
        for row, name in zip(rows, NAMES):
            quoted = "'" + name if name[0] in "=+-@\t" else name
            self.assertEqual(row["name"], quoted)
            attributes = strict(row["attributes"])
            self.assertEqual(attributes['user, "key"'], name.replace("\ufffd\ufffd", "\ufffd\ufffd"))
            for value in row.values():
                self.assertNotRegex(value, r"^[=+@\t]")
        self.assertEqual([row["outcome"] for row in rows], ["failed" if i % 3 == 0 else "ok" for i in range(len(NAMES))])

    def test_size(self):
        """R10: a CSV of 10,000 spans has at most 500 KB, where numbers of processes have five digits, as most have."""
        session = self.record(FIXTURE, "many", "10000", extra={"TACHO_RING_RECORDS": "16384"})
        folder = self.export(session, "csv")
        rows = list(csv.DictReader(self.read(os.path.join(folder, "spans.csv")).lstrip("\ufeff").splitlines()))
        self.assertEqual(len(rows), 10000)
        longer = sum(max(len(row[number]) - 5, 0) for row in rows for number in ("pid", "thread"))
        self.assertLessEqual(os.path.getsize(os.path.join(folder, "spans.csv")), 500_000 + longer)

    def test_filters(self):
        session = self.record(FIXTURE, "hostile")
        self.assertEqual([row["name"] for row in self.table(session, "spans.csv", "--span", "a?b")], ["a,b", "a.b", "a_b", "a b"])
        self.assertEqual(self.table(session, "spans.csv", "--from", "1h"), [])


class Stacks(ExportCase):
    """Own time of every name, as a reader of the format adds it up, is that of the report."""

    def own(self, session, form):
        text = self.read(self.export(session, form, name=f"{form}-{len(os.listdir(self.root))}"))
        found = {}
        if form == "folded":
            for line in text.splitlines():
                stack, weight = line.rsplit(" ", 1)
                found[stack.split(";")[-1]] = found.get(stack.split(";")[-1], 0) + int(weight)
            return found
        document = strict(text)
        profile, frames = document["profiles"][0], document["shared"]["frames"]
        self.assertEqual((profile["type"], profile["unit"]), ("sampled", "nanoseconds"))
        self.assertEqual(len(profile["samples"]), len(profile["weights"]))
        self.assertEqual(profile["endValue"], sum(profile["weights"]))
        for stack, weight in zip(profile["samples"], profile["weights"]):
            name = frames[stack[-1]]["name"]
            found[name] = found.get(name, 0) + weight
        return found

    def test_own_time(self):
        for command in ([os.path.join(FIXTURES, "everything_fixture")], [FIXTURE, "many", "1000"]):
            session = self.record(*command, name=f"s{len(os.listdir(self.root))}")
            names = {name["name"]: name["self_ns"] for name in self.report(session)["names"]}
            for form in ("folded", "speedscope"):
                self.assertEqual(self.own(session, form), {name: ns for name, ns in names.items() if ns}, form)

    def test_hostile_names(self):
        session = self.record(FIXTURE, "hostile")
        self.assertEqual(set(self.own(session, "speedscope")), set(NAMES))
        self.assertEqual(set(self.own(session, "folded")), {re.sub(r"[\n\t]", " ", name).replace(";", ":") for name in NAMES})


class Json(ExportCase):
    def document(self, session, *options):
        return strict(self.read(self.export(session, "json", *options, name=f"json-{len(os.listdir(self.root))}")))

    def test_report_and_spans(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        document = self.document(session)
        self.assertEqual(document["report"], self.report(session))
        usual = {"kind": "scope", "open": False, "failed": False, "links": [], "attributes": {}, "attributes_lost": False}
        spans = [strict(line) for line in self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines()]
        self.assertEqual(len(document["spans"]), len(spans))
        for short, span in zip(document["spans"], spans):
            self.assertEqual({**usual, **short}, {key: span[key] for key in {**usual, **short}})

    def test_size(self):
        """R10: a JSON of 10,000 spans has about 1 MB."""
        session = self.record(FIXTURE, "many", "10000", extra={"TACHO_RING_RECORDS": "16384"})
        text = self.read(self.export(session, "json"))
        self.assertLessEqual(len(text) - text.index('"spans": ['), 1_200_000)


class Phases(ExportCase):
    """R6.4"""

    def test_entries(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"), extra={"TZ": "Asia/Tokyo"})
        report = self.report(session)
        begin = datetime.datetime.fromisoformat(report["session"]["begin_time"][:26] + "+00:00")
        phases = strict(self.read(self.export(session, "phases", extra={"TZ": "JST-9"})))
        ended = [name for name in report["names"] if name["count"]]
        self.assertEqual(phases["phase_order"], [name["name"] for name in ended])
        self.assertEqual(list(phases["phases"]), phases["phase_order"])
        spans = [strict(line) for line in self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines()]
        for name in ended:
            phase = phases["phases"][name["name"]]
            kept = [span for span in spans if span["name"] == name["name"] and not span["open"]]
            self.assertEqual((phase["count"], len(phase["entries"]), phase["entries_left_out"]), (name["count"], len(kept), name["count"] - len(kept)))
            self.assertAlmostEqual(phase["total_duration"] * 1e9 / max(1, name["total_ns"]), 1, 9)
            for entry, span in zip(phase["entries"], kept):
                for key, ns in (("start_time", span["begin_ns"]), ("end_time", span["begin_ns"] + span["duration_ns"])):
                    self.assertLess(abs(begin.timestamp() + ns / 1e9 - 0.0005 - entry[key]), 0.00051)
                local = datetime.datetime.utcfromtimestamp(entry["start_time"]) + datetime.timedelta(hours=9)
                self.assertEqual(entry["start_timestamp"], local.strftime("%Y-%m-%dT%H:%M:%S"))
                self.assertEqual(round(entry["duration_seconds"] * 1e9), span["duration_ns"])
                self.assertEqual(entry["metadata"], span["attributes"])
                self.assertEqual(entry["result_metadata"].get("error"), span.get("message"))
                self.assertEqual(entry["result_metadata"]["status"], "failed" if span["failed"] else "success")

    def test_results(self):
        """What came out of a phase, as the program says it, beside what is known of each."""
        steps = ["-a docs=850 -a result.found=7 -a result. -a resulting=1 -- true", "-a result.status=half -- true", "-a result.error=mine -- false",
                 "-- true"]
        session = self.record("sh", "-c", "; ".join(f"{TACHO} span s {step.replace(' -a result. ', ' -a result.= ')}" for step in steps))
        entries = strict(self.read(self.export(session, "phases")))["phases"]["s"]["entries"]
        self.assertEqual([entry["metadata"] for entry in entries], [{"docs": 850, "result.": "", "resulting": 1}, {}, {}, {}])
        self.assertEqual([entry["result_metadata"] for entry in entries],
                         [{"found": 7, "status": "success"}, {"status": "half"}, {"error": "mine", "status": "failed"}, {"status": "success"}])

    def test_many_entries_come_in_turns(self):
        """More than wait in memory at once: of one name, and of two."""
        session = self.record(FIXTURE, "many", "40000", extra={"TACHO_RING_RECORDS": "65536"})
        phases = strict(self.read(self.export(session, "phases")))["phases"]
        for name in ("photo", "decode"):
            starts = [entry["start_time"] for entry in phases[name]["entries"]]
            self.assertEqual((len(starts), starts), (20000, sorted(starts)))

    def test_size(self):
        """A report of 10,000 entries has at most 2.5 MB."""
        for what in ("many", "batches"):  # without attributes, and with two each
            session = self.record(FIXTURE, what, "10000", name=what, extra={"TACHO_RING_RECORDS": "16384", "TACHO_ATTRIBUTE_RING_BYTES": "2M"})
            path = self.export(session, "phases", name=what + ".json")
            entries = [entry for phase in strict(self.read(path))["phases"].values() for entry in phase["entries"]]
            self.assertEqual((len(entries), sum(len(entry["metadata"]) for entry in entries)), (10000, 10000 * (what == "batches")))
            self.assertLessEqual(os.path.getsize(path), 2_500_000)


class Markdown(ExportCase):
    def test_nothing_recorded_is_markup(self):
        session = self.record(FIXTURE, "hostile")
        text = self.read(self.export(session, "markdown"))
        self.assertTrue(text.startswith("# export&#95;fixture\n"))
        self.assertNotIn("<script>", text)
        table, left_out = text[text.index("| phase |"):text.index("\n## Resources")].strip().split("\n\n")
        self.assertEqual({line.count("|") for line in table.splitlines()}, {8})
        self.assertEqual(len(table.splitlines()) - 2 + int(left_out.split()[0]), len(NAMES))


class Pictures(ExportCase):
    """What browsers open loads nothing, and nothing that was recorded becomes markup."""

    def boxes(self, text):
        """(title, own, depth) of every box of a flame graph."""
        graph = text[text.index('<svg class="flame"'):]
        tree = xml.dom.minidom.parseString(graph[:graph.index("</svg>\n", graph.rindex('class="box"')) + 7].replace("\n", " "))

        def walk(box, depth):
            title = next(child for child in box.childNodes if child.nodeName == "title").firstChild.data
            yield title, int(box.getAttribute("data-own")), depth, float(box.getAttribute("width")[:-1])
            for child in box.childNodes:
                if child.nodeName == "svg":
                    yield from walk(child, depth + 1)
        return list(walk(next(child for child in tree.documentElement.childNodes if child.nodeName == "svg"), 0))

    def test_flame_graph(self):
        session = self.record(FIXTURE, "many", "2000")
        text = self.read(self.export(session, "flamegraph"))
        xml.dom.minidom.parseString(text)
        names = {name["name"]: name for name in self.report(session)["names"]}
        everything, photo, decode = self.boxes(text)
        self.assertEqual((photo[2], decode[2]), (1, 2))
        self.assertEqual(photo[1], names["photo"]["self_ns"] + names["decode"]["self_ns"])
        self.assertEqual((everything[1], decode[1]), (photo[1], names["decode"]["self_ns"]))
        self.assertAlmostEqual(decode[3], 100 * decode[1] / photo[1], 3)
        self.assertTrue(photo[0].startswith("photo: ") and "1,000 times" in photo[0], photo[0])

    def test_deep_stacks_have_an_end(self):
        session = self.record(FIXTURE, "deep", "600")
        text = self.read(self.export(session, "flamegraph"))
        xml.dom.minidom.parseString(text)
        self.assertRegex(text, r"\d+ boxes are left out")
        self.assertEqual(self.read(self.export(session, "folded")).splitlines()[-1].count(";"), 599)

    def test_nothing_is_markup_or_loaded(self):
        for what in ("hostile", "many 100"):
            session = self.record(FIXTURE, *what.split(), name=what)
            for form in ("flamegraph", "html"):
                text = self.read(self.export(session, form, name=f"{form}-{what}"))
                self.assertEqual(text.count("<script"), 1)
                self.assertNotIn("alert(1)", re.sub(r"&lt;/script&gt;&lt;script&gt;alert\(1\)//", "", text))
                loaded = re.findall(r"(?:src|href|url)\s*[=(]|@import|fetch\(|https?://(?!www\.w3\.org/)\S*", text)
                self.assertEqual(loaded, [])

    def test_page(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        text = self.read(self.export(session, "html"))
        open_tags = []

        class Parser(html.parser.HTMLParser):
            def handle_starttag(self, tag, attributes):
                if tag not in ("meta", "input"):
                    open_tags.append(tag)

            def handle_endtag(self, tag):
                assert open_tags.pop() == tag, (tag, self.getpos())

            def handle_startendtag(self, tag, attributes):
                pass
        parser = Parser()
        parser.feed(text)
        self.assertEqual(open_tags, [])
        for heading in ("Findings", "Phases", "Flame graph", "Timeline", "Where own time went", "Metrics"):
            self.assertIn(f"<h2>{heading}</h2>", text)
        report = self.report(session)
        for name in report["names"]:
            self.assertIn(name["name"], text)
        for finding in report["findings"]:
            saved = finding["issue"].partition(": halving ")[2]
            if saved:  # what it saves is said once
                self.assertEqual(text.count("halving " + html.escape(saved)), 1)
        self.assertTrue(any("halving" in finding["issue"] for finding in report["findings"]))

    def test_a_chart_breaks_only_where_more_is_missing_than_usual(self):
        """At short intervals every other reading of CPU time has no value: it comes with the next one, over both."""
        session = os.path.join(self.store, "short")
        self.run_tacho("run", "-q", "--interval", "15ms", "-o", session, "--", "sleep", "0.5")
        points, = [series["points"] for series in self.report(session)["series"] if series["name"] == "system.cpu"]
        known = sum(value is not None for _, value in points)
        self.assertGreater(known, 2)
        nulls = "".join("-" if value is None else "x" for _, value in points).strip("-").split("x")
        breaks = sum(len(run) > 3 * (len(points) // known) for run in nulls)
        drawn = re.search(r'<b>CPU</b> machine.*?class="line" d="([^"]*)"', self.read(self.export(session, "html")), re.S).group(1)
        self.assertEqual(drawn.count("M"), breaks + 1)

    def test_bars_of_several_threads_are_told_apart(self):
        events = [{"name": name, "ph": "X", "ts": 0, "dur": 1000, "pid": 1, "tid": tid} for name, tid in (("a", 1), ("b", 2), ("b", 3), ("b", 4))]
        with open(self.path("trace.json"), "w") as file:
            json.dump(events, file)
        session = self.path("side")
        self.run_tacho("import", "-o", session, self.path("trace.json"), check=True)
        page = self.read(self.export(session, "html"))
        self.assertIn("A full bar is 300 % of the runtime", page)
        self.assertEqual(sorted(re.findall(r'class="part" width="([^"]*)%"', page)), ["100.00", "33.33"])

    def test_a_page_has_room_for_24_async_spans_at_a_time(self):
        for count, said in ((24, []), (30, ["6"])):
            with open(self.path("beside.csv"), "w") as file:
                file.write("name,start_ms,duration_ms,thread,kind\n" + "".join(f"a{i},{i},1000,1,async\n" for i in range(count)))
            session = self.path(f"beside{count}")
            self.run_tacho("import", "-o", session, self.path("beside.csv"), check=True)
            page = self.read(self.export(session, "html", "--force"))
            self.assertEqual(re.findall(r"(\d+) found no room: there is some for", page), said)
            timeline = page[page.index('<svg class="timeline"'):]
            self.assertEqual(timeline[:timeline.index("</svg>")].count("<rect "), 24)

    def test_a_page_is_bounded(self):
        session = self.record(FIXTURE, "many", "200000", extra={"TACHO_RING_RECORDS": "262144"})
        self.assertLess(os.path.getsize(self.export(session, "html")), 2_000_000)


class Otlp(ExportCase):
    """The schema's own rules are held by tools/check_formats.sh; here, that figures are those of the report."""

    def test_everything(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        report = self.report(session)
        traces, metrics = map(strict, self.read(self.export(session, "otlp")).splitlines())
        spans = traces["resourceSpans"][0]["scopeSpans"][0]["spans"]
        dumped = [strict(line) for line in self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines()]
        self.assertEqual(len(spans), len(dumped))
        by_id = {span["spanId"]: span for span in spans}
        beside = {known["name"] for known in dumped if known["kind"] != "scope"}
        for span, known in zip(spans, dumped):
            self.assertEqual((span["name"], span["spanId"]), (known["name"], known["id"]))
            self.assertLessEqual(abs(int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]) - known["duration_ns"]), 3)
            self.assertEqual(span.get("status", {}).get("code") == 2, known["failed"])
            if "parentSpanId" in span:
                self.assertEqual(by_id[span["parentSpanId"]]["name"], known["path"][-2])
            elif known["kind"] == "scope":
                self.assertTrue(known["depth"] == 0 or known["path"][-2] in beside, known)
        self.figures(report, metrics)

    def test_the_caller_is_the_parent(self):
        session = self.record(FIXTURE, "links", extra={"TRACEPARENT": f"00-{'ab' * 16}-{'cd' * 8}-01"})
        spans = strict(self.read(self.export(session, "otlp")).splitlines()[0])["resourceSpans"][0]["scopeSpans"][0]["spans"]
        self.assertEqual({(span["traceId"], span["parentSpanId"]) for span in spans}, {("ab" * 16, "cd" * 8)})

    def test_parents_of_async_spans(self):
        """The scope of the thread that began them which was open then; what goes on with one lies in it, where it is known in which."""
        want = {"request": "accept", "own": "accept", "twin": "pair", "bare": None, "accept": None, "pair": None}
        for keep, records in (("rings", "16"), ("all", "4096")):
            session = self.record(FIXTURE, "goes-on", name=keep, extra={"TACHO_KEEP": keep, "TACHO_RING_RECORDS": records})
            spans = strict(self.read(self.export(session, "otlp", name=keep + ".otlp")).splitlines()[0])["resourceSpans"][0]["scopeSpans"][0]["spans"]
            known = {span["id"]: span for span in map(strict, self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines())}
            found = collections.Counter()
            for span in spans:
                parent = known.get(span.get("parentSpanId"))
                self.assertEqual("parentSpanId" in span, bool(parent))
                if parent:
                    self.assertEqual(parent["path"], known[span["spanId"]]["path"][:-1])
                    begin = known[span["spanId"]]["begin_ns"]
                    self.assertLessEqual(parent["begin_ns"], begin)
                    self.assertGreaterEqual(parent["begin_ns"] + parent["duration_ns"], begin)
                    found[span["name"]] += 1
                elif keep == "all":
                    self.assertTrue(want.get(span["name"], "") is None or known[span["spanId"]]["path"][-2:] == ["twin", "work"], span)
            self.assertEqual(found["twin"], 2)
            self.assertGreaterEqual(found["request"], 4)  # the newest 16 of the threads that end them, the last three of which are the twin's
            if keep == "all":
                self.assertEqual((found["request"], found["own"], found["work"], found["step"]), (20, 20, 20, 21))

    def test_parents_of_stored_spans(self):
        """Each span whose parent was kept says it: it is the one of the name above that holds it."""
        for name, command, records in (("tree", [FIXTURE, "many", "40000"], "32768"),
                                       ("outer", [os.path.join(FIXTURES, "keep_fixture"), "outlives", "40000"], "32768"),
                                       ("all", [os.path.join(FIXTURES, "everything_fixture")], "16")):
            session = self.record(*command, name=name, extra={"TACHO_KEEP": "all", "TACHO_RING_RECORDS": records})
            spans = strict(self.read(self.export(session, "otlp", name=name + ".otlp")).splitlines()[0])["resourceSpans"][0]["scopeSpans"][0]["spans"]
            known = {span["id"]: span for span in map(strict, self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines())}
            self.assertEqual(sorted(span["spanId"] for span in spans), sorted(known))
            times = {span["spanId"]: (int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])) for span in spans}
            above = {}
            for one in sorted((span for span in known.values() if span["kind"] == "scope"), key=lambda span: span["begin_ns"]):
                above.setdefault((one["pid"], one["thread"], tuple(one["path"])), []).append((one["begin_ns"], one["begin_ns"] + one["duration_ns"]))
            found = 0
            for span in spans:
                one = known[span["spanId"]]
                if "parentSpanId" not in span:
                    around = above.get((one["pid"], one["thread"], tuple(one["path"][:-1])), [])
                    before = bisect.bisect(around, (one["begin_ns"], float("inf"))) - 1
                    held = before >= 0 and around[before][1] >= one["begin_ns"] + one["duration_ns"]
                    self.assertFalse(held and one["kind"] == "scope", one)
                    continue
                parent = known[span["parentSpanId"]]
                self.assertEqual((parent["path"], parent["pid"], parent["thread"]), (one["path"][:-1], one["pid"], one["thread"]))
                (begin, end), (outer_begin, outer_end) = times[span["spanId"]], times[span["parentSpanId"]]
                self.assertTrue(outer_begin <= begin and end <= outer_end, (span, parent))
                found += 1
            self.assertGreater(found, 2 if name == "all" else 1000)

    def figures(self, report, metrics):
        found = {metric["name"]: metric for metric in metrics["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]}
        points = {p["attributes"][0]["value"]["stringValue"]: p for p in found["tacho.span.duration"]["exponentialHistogram"]["dataPoints"]}
        for name in report["names"]:
            if not name["count"]:
                continue
            point = points[name["name"]]
            counts = [int(count) for count in point["positive"]["bucketCounts"]]
            self.assertLessEqual(len(counts), 160)
            self.assertEqual(sum(counts) + int(point["zeroCount"]), name["count"])
            base = 2 ** (2 ** -point["scale"])
            offset = point["positive"]["offset"]
            self.assertLess(base ** offset, name["min_ns"] / 1e9 * (1 + 1e-9) or 1)
            self.assertGreaterEqual(base ** (offset + len(counts)) * (1 + 1e-9), name["max_ns"] / 1e9)
        self.assertEqual(found["cache.hits"]["sum"]["dataPoints"][0]["asInt"], next(str(m["count"]) for m in report["metrics"] if m["name"] == "cache.hits"))


class Chrome(ExportCase):
    def events(self, session, *options):
        with open(self.export(session, "chrome", *options, name=f"trace-{len(os.listdir(self.root))}")) as file:
            return strict(file.read())["traceEvents"]

    def test_everything(self):
        session = self.record(os.path.join(FIXTURES, "everything_fixture"))
        events, report = self.events(session), self.report(session)
        dumped = [strict(line) for line in self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines()]
        complete = [event for event in events if event["ph"] == "X"]
        scopes = [span for span in dumped if span["kind"] == "scope"]
        self.assertEqual([(e["name"], round(e["ts"] * 1e3), e["pid"], e["tid"]) for e in complete],
                         [(s["name"], s["begin_ns"], s["pid"], s["thread"]) for s in scopes])
        for event, span in zip(complete, scopes):
            self.assertLess(abs(event["dur"] * 1e3 - span["duration_ns"]), 4)
        for event, span in zip(complete, scopes):
            known = {key: value for key, value in event.get("args", {}).items() if not key.startswith("(")}
            self.assertEqual(known, span["attributes"])
            self.assertEqual(event.get("cname") == "terrible", span["failed"])
        begun = [event for event in events if event["ph"] == "b"]
        ended = {(event["id"], event["cat"]): event for event in events if event["ph"] == "e"}
        others = [span for span in dumped if span["kind"] != "scope"]
        self.assertEqual(len(begun), len(others))
        for event, span in zip(begun, others):
            self.assertAlmostEqual((ended[event["id"], event["cat"]]["ts"] - event["ts"]) * 1e3, span["duration_ns"], 0)
        counters = {event["name"] for event in events if event["ph"] == "C"}
        self.assertEqual(counters, {s["name"] for s in report["series"] if any(v is not None for _, v in s["points"])})
        labels = {(event["name"], event["args"]["name"]) for event in events if event["ph"] == "M"}
        self.assertIn(("process_name", "everything_fixture"), labels)
        named = {(event["pid"], event["tid"]): event["args"]["name"] for event in events if event["name"] == "thread_name"}
        self.assertEqual({(e["pid"], e["tid"]) for e in complete + begun} - set(named), set())
        main, = {e["pid"] for e in complete if e["pid"] == e["tid"]}
        self.assertEqual(named[main, main], "everything_fixture"[:15])

    def test_spans_nest(self):
        """Also as viewers reckon, in µs as doubles: what is below a span neither begins before nor ends after it."""
        session = self.record(FIXTURE, "many", "20000", extra={"TACHO_RING_RECORDS": "32768"})
        spans = [event for event in self.events(session) if event["ph"] == "X"]
        inner = 0
        for outer, below in zip(spans, spans[1:]):
            if (outer["name"], below["name"]) == ("photo", "decode"):
                self.assertGreaterEqual(below["ts"], outer["ts"])
                for base in (0, spans[0]["ts"]):
                    end = outer["ts"] - base + outer["dur"]
                    self.assertTrue(below["ts"] - base + below["dur"] < end or not below["dur"], (outer, below))
                inner += 1
            else:
                self.assertLess(outer["ts"], below["ts"])
        self.assertEqual(inner, 10000)

    def test_spans_of_a_running_session_nest(self):
        """What is open lasts until after its thread was read, so that nothing in it ends later or begins after it."""
        session = os.path.join(self.store, "running")
        running = subprocess.Popen([TACHO, "run", "-q", "-o", session, "--", FIXTURE, "inside"], env=self.environment, stdin=subprocess.PIPE)
        wait_until(lambda: {"outer", "held"} <= set(self.spans_now(session)))
        for _ in range(10):
            around, rounds = [], 0
            for event in sorted((event for event in self.events(session) if event["ph"] == "X"), key=lambda event: (event["ts"], -event["dur"])):
                end = event["ts"] + event["dur"]
                while around and around[-1]["ts"] + around[-1]["dur"] <= event["ts"]:
                    around.pop()
                self.assertEqual([one["name"] for one in around[:2]], {"outer": [], "held": ["outer"]}.get(event["name"], ["outer", "held"]))
                self.assertTrue(not around or end < around[-1]["ts"] + around[-1]["dur"], (event, around))
                around.append(event)
                rounds += event["name"] == "round"
            self.assertGreater(rounds, 0)
        running.communicate()
        self.assertEqual(running.returncode, 0)

    def arrows(self, events, name="link"):
        """[(slice it begins in, slice it ends in)] of those of this name, as Perfetto binds them: to what is open on the thread then."""
        def slice_at(arrow):
            around = [event for event in events if event["ph"] == "X" and (event["pid"], event["tid"]) == (arrow["pid"], arrow["tid"]) and
                      event["ts"] <= arrow["ts"] < event["ts"] + event["dur"]]
            self.assertTrue(around, arrow)
            return around[-1]["name"]
        begins = {event["id"]: event for event in events if (event["ph"], event["name"]) == ("s", name)}
        ends = {event["id"]: event for event in events if (event["ph"], event["name"]) == ("f", name)}
        self.assertEqual(begins.keys(), ends.keys())
        self.assertEqual(len(begins) + len(ends), sum(event["ph"] in "sf" and event["name"] == name for event in events))
        for number, end in ends.items():
            self.assertEqual(end["bp"], "e")
            self.assertLessEqual(begins[number]["ts"], end["ts"])
        return [(slice_at(begins[number]), slice_at(ends[number])) for number in begins]

    def test_arrows(self):
        events = self.events(self.record(FIXTURE, "links"))
        spans = {event["name"]: event for event in events if event["ph"] == "X"}
        begin, = [event for event in events if event["ph"] == "s"]
        end, = [event for event in events if event["ph"] == "f"]
        self.assertEqual((begin["id"], begin["ts"], end["ts"]), (end["id"], spans["give"]["ts"], spans["take"]["ts"]))
        self.assertEqual(self.arrows(events), [("give", "take")])

    def test_arrows_of_what_lies_beside_a_stack(self):
        """A job's are in the scope in which it ended; one that ended in none has none (R11.8)."""
        events = self.events(self.record(FIXTURE, "handed"))
        self.assertEqual(sum(event["ph"] == "b" for event in events), 2)
        self.assertEqual(sorted(self.arrows(events)), [("finish", "after"), ("order", "finish")])
        self.assertEqual(self.arrows(events, "job"), [("order", "finish")])

    def test_jobs_that_cross_threads(self):
        """From the scope in which one was begun to that behind which another thread ended it; one of a single thread has none (R11.8)."""
        for keep, records in (("rings", "16"), ("all", "4096")):
            session = self.record(FIXTURE, "goes-on", name=keep, extra={"TACHO_KEEP": keep, "TACHO_RING_RECORDS": records})
            events = self.events(session)
            found = collections.Counter(self.arrows(events, "job"))
            self.assertEqual(self.arrows(events), [])
            self.assertEqual(set(found), {("accept", "work"), ("pair", "work")})
            self.assertEqual(found["pair", "work"], 1)
            if keep == "all":
                self.assertEqual(found["accept", "work"], 20)

    def test_a_job_that_went_on_in_it_is_not_known_among_several(self):
        events = self.events(self.record(FIXTURE, "in-steps"))
        self.assertEqual(sum(event["ph"] == "b" for event in events), 3)
        self.assertEqual(self.arrows(events, "job"), [("pair", "work")])

    def test_hostile_names(self):
        events = self.events(self.record(FIXTURE, "hostile"))
        self.assertEqual([event["name"] for event in events if event["ph"] == "X"], NAMES)


if __name__ == "__main__":
    unittest.main()
