#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""report, list and dump of sessions as people make them, and their JSON."""
# runs in: release asan

import json
import math
import os
import pathlib
import re
import subprocess
import unicodedata
import unittest

from tacho_case import TACHO, TachoCase

FIXTURE = os.path.join(os.path.dirname(TACHO), "tests", "report_fixture")
DURATIONS = os.path.join(os.path.dirname(TACHO), "tests", "durations_fixture")
EVERYTHING = os.path.join(os.path.dirname(TACHO), "tests", "everything_fixture")
TOP = pathlib.Path(__file__).resolve().parent.parent
WORKFLOW = f"""
{TACHO} span build -- sh -c '{TACHO} span compile -a file=a.c -a level=2 -- true; {TACHO} span link -- false'
{TACHO} span "$(printf 'bad \\033[2J\\377 name')" -- true
"""


def strict(text):
    def refuse(constant):
        raise ValueError(constant)
    return json.loads(text, parse_constant=refuse)


def walk(value, path=""):
    yield path, value
    if isinstance(value, dict):
        for key, below in value.items():
            yield from walk(below, f"{path}.{key}")
    elif isinstance(value, list):
        for below in value:
            yield from walk(below, path)


def columns(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


class Report(TachoCase):
    def setUp(self):
        super().setUp()
        self.environment.update({"LC_ALL": "C.UTF-8", "TZ": "UTC"})

    def record(self, script=WORKFLOW):
        done = self.run_tacho("run", "-q", "-o", self.path("session"), "--", "sh", "-c", script)
        return done, self.path("session")

    def output(self, *arguments, **how):
        done = self.run_tacho(*arguments, **how)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return done.stdout

    def fixture(self, *arguments, **extra):
        return subprocess.run([FIXTURE, *arguments], env={**self.environment, **extra}, check=True, stdout=subprocess.PIPE).stdout

    def test_json_of_a_workflow(self):
        _, session = self.record()
        report = strict(self.output("report", "--format", "json", session))
        self.assertEqual(report["schema"], "tacho.report/1")
        names = {name["name"]: name for name in report["names"]}
        self.assertEqual(set(names), {"build", "compile", "link", "bad \x1b[2J\ufffdff name"})
        self.assertEqual([names["link"][key] for key in ("count", "failed", "success", "success_ratio")], [1, 1, 0, 0])
        tree = {node["name"]: node for node in report["tree"]}
        self.assertEqual(tree["compile"]["parent_id"], tree["build"]["id"])
        self.assertEqual(tree["build"]["total_ns"], names["build"]["total_ns"])
        failed = [span for span in report["failures"] if span["name"] == "link"]
        self.assertEqual(len(failed), 1)
        slowest = [span for span in report["slowest"] if span["name"] == "compile"]
        self.assertEqual(slowest[0]["attributes"], {"file": "a.c", "level": 2})
        self.assertEqual(slowest[0]["path"], ["build", "compile"])

    def test_findings_come_first_and_recommendations_are_of_them(self):
        """R5.1, R5.2, R5.4: of a fixed session, whose largest share is that of decode."""
        report = strict(self.fixture("photo", "json"))
        self.assertEqual([found["stage"] for found in report["findings"] if found["kind"] == "bottleneck"][:2], ["decode", "apply"])
        self.assertEqual([found["issue"] for found in report["findings"] if found["kind"] == "failures"], ["failed 2 of 318 times (0.6 %; 0.2 % to 2.3 % with 95 %)"])
        shares = [stage["share"] for stage in report["bottlenecks"]]
        self.assertEqual(shares, sorted(shares, reverse=True))
        self.assertAlmostEqual(sum(shares), 1)
        decode = next(stage for stage in report["bottlenecks"] if stage["stage"] == "decode")
        self.assertEqual((decode["severity"], decode["impact_severity"], decode["execution_count"]), ("high", "high", 318))
        self.assertAlmostEqual(decode["max_speedup"], 1 / (1 - decode["share"]))
        said = {(found["stage"], found["kind"], found["issue"]) for found in report["findings"]}
        for advice in report["recommendations"]:
            self.assertIn((advice["stage"], advice["kind"], advice["issue"]), said)
            self.assertGreaterEqual(advice["confidence"], 0.6)
        lines = self.fixture("photo").decode().splitlines()
        self.assertLess(next(at for at, line in enumerate(lines) if line.startswith("Findings")), next(at for at, line in enumerate(lines) if line.startswith("Phases")))

    def test_how_roots_overlap_is_said_once(self):
        """Of each saving it would be said as often as something is found."""
        text = " ".join(self.fixture("photo").decode().split())
        self.assertEqual(text.count("with as many root spans at once as before"), 1)

    def test_top_bounds_every_list_and_0_shows_all(self):
        def shown(top):
            lines = self.fixture("huge", "text", "1", top).decode().splitlines()
            findings = lines[lines.index("Findings") + 1:next(at for at, line in enumerate(lines) if line.startswith("Phases"))]
            return lines, [line for line in findings if re.match(r" +\d+  [a-z]", line)]
        lines, found = shown("1")
        self.assertEqual(len(found), 1)
        self.assertEqual(len([line for line in lines if re.match(r"  step \d+ +\d+ +\d", line) and "%" in line]), 1)
        self.assertEqual(len([line for line in lines if line.startswith(("  ├ part", "  └ part"))]), 1)
        self.assertIn("     13 more findings: --top 0", lines)
        lines, found = shown("0")
        self.assertEqual(len(found), len(json.loads(self.fixture("huge", "json"))["findings"]))
        self.assertEqual([line for line in lines if " more" in line], [])

    def test_failures_are_sorted_by_their_rate(self):
        """R4.3: one of three is worse than four of a hundred."""
        trace = self.path("trace.csv")
        with open(trace, "w", encoding="utf-8") as file:
            file.write("name,start_ms,duration_ms,outcome\n")
            for i in range(100):
                file.write(f"often,{10 * i},1,{'failed' if i < 4 else 'ok'}\n")
            for i in range(3):
                file.write(f"seldom,{1000 + 10 * i},1,{'failed' if i < 1 else 'ok'}\n")
        self.output("import", "-o", self.path("run"), trace)
        tree = json.loads(self.output("report", "--format", "json", "--sort", "failed", self.path("run")))["tree"]
        self.assertEqual([node["name"] for node in tree], ["seldom", "often"])

    def test_a_share_of_the_runtime_is_never_cut(self):
        """Durations that a program measured itself may be any multiple of the runtime."""
        self.run_tacho("run", "-q", "-o", self.path("long"), "--", DURATIONS, input=b"1000000000000 a\n")
        for columns in ("60", "80", "100"):
            text = self.output("report", self.path("long"), extra={"COLUMNS": columns}).decode()
            row = next(line for line in text.splitlines() if line.startswith("  a (measured)"))
            self.assertNotIn("…", row)
        self.assertRegex(row, r"[0-9],[0-9]{3} %")

    def test_one_word_for_how_urgent_a_finding_is(self):
        """R5.4: what reports show is the priority, and JSON names it and the severity."""
        findings = json.loads(self.fixture("killed", "json"))["findings"]
        shown = re.findall(r"^ +\d*  (critical|high|medium|low) +", self.fixture("killed", "text", "0", "0").decode(), re.M)
        self.assertEqual(sorted(shown), sorted(finding["priority"] for finding in findings))
        self.assertTrue(any(finding["priority"] != finding["severity"] for finding in findings))

    def test_explain_tells_the_total_of_a_name(self):
        durations = [3 * 10**6, 5 * 10**6, 11 * 10**6]
        self.run_tacho("run", "-q", "-o", self.path("three"), "--", DURATIONS, input="".join(f"{ns} a\n99 b\n" for ns in durations).encode())
        self.assertIn("3 spans · 19.0 ms in all", self.output("explain", "a", self.path("three")).decode())
        figures = strict(self.output("explain", "a", self.path("three"), "--format", "json"))
        self.assertEqual((figures["name"], figures["count"], figures["total_ns"]), ("a", 3, sum(durations)))

    def test_json_is_strict_and_nulls_have_reasons(self):
        _, session = self.record()
        for text in [self.output("report", "--format", "json", session), self.output("list", "--format", "json"),
                     *(self.fixture(name, "json") for name in ("photo", "killed", "plain", "brief", "huge", "hostile"))]:
            for path, value in walk(strict(text)):
                if isinstance(value, float):
                    self.assertTrue(math.isfinite(value), path)
                if isinstance(value, dict):
                    for key, below in value.items():
                        if below is None:
                            self.assertTrue(value.get(f"{key}_reason"), f"{path}.{key} has no reason")
                        self.assertRegex(key, r"^[a-z][a-z0-9_]*$") if not path.endswith("attributes") else None

    def test_every_key_is_documented(self):
        documented = set(re.findall(r"`([a-z0-9_]+)`", (TOP / "docs/JSON.md").read_text()))
        _, session = self.record()
        texts = [self.output("report", "--format", "json", session), self.output("list", "--format", "json"),
                 self.fixture("killed", "json"), *self.output("dump", "--format", "json", session).splitlines()]
        for path, value in (found for text in texts for found in walk(strict(text))):
            if isinstance(value, dict) and not path.endswith("attributes"):
                keys = {key for key in value if key not in documented and not key.endswith("_reason")}
                self.assertEqual(keys, set(), f"{path}: not in docs/JSON.md")

    def test_dump_has_every_span(self):
        _, session = self.record()
        spans = [strict(line) for line in self.output("dump", "--format", "json", session).splitlines()]
        self.assertEqual(sorted(span["name"] for span in spans), ["bad \x1b[2J\ufffdff name", "build", "compile", "link"])
        self.assertEqual([span["begin_ns"] for span in spans], sorted(span["begin_ns"] for span in spans))
        lines = self.output("dump", session).decode().splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual(sum("file=a.c level=2" in line for line in lines), 1)
        self.assertEqual(sum("bad \\x1b[2J\\xff name" in line for line in lines), 1)
        self.assertEqual(len(self.output("dump", "--failed", session).splitlines()), 2)  # link, and build that had its status
        self.assertEqual(len(self.output("dump", "--span", "com*", session).splitlines()), 1)

    def test_what_few_programs_have(self):
        session = self.path("everything")
        self.assertEqual(self.run_tacho("run", "-q", "-o", session, "--", EVERYTHING).returncode, 128 + 9)
        lines = self.output("dump", session).decode().splitlines()
        served = next(strict(line) for line in self.output("dump", "--span", "served", "--format", "json", session).splitlines())
        [job] = served["links"]
        line = next(line for line in lines if " served " in line)
        self.assertTrue(line.endswith(f"served  \"\"=nameless  {served['id']} goes back to {job}"), line)
        self.assertEqual(served["attributes"], {"": "nameless"})
        jobs = [strict(line) for line in self.output("dump", "--span", "job", "--format", "json", session).splitlines()]
        self.assertEqual([one["attributes"] for one in jobs if one["id"] == job], [{"number": 0}])
        notes = self.report(session)["notes"]
        self.assertIn('metric "cache.sizes" is in "bytes" and in "items": give one of them another name', notes)
        values = [line.split() for line in self.output("dump", "-m", "air.*", session).decode().splitlines() if " custom " in line]
        self.assertEqual([value[1:] for value in values], [["21.5", "custom", "air.temperatures", "°C", "from", "sensor", "1"]])

    def test_dump_of_a_part(self):
        _, session = self.record()
        parts = [name for name in os.listdir(session) if name.startswith("part-")]
        text = "".join(self.output("dump", "--part", os.path.join(session, part)).decode() for part in parts)
        self.assertIn('"compile"', text)
        self.assertIn("\\x1b", text)
        self.assertNotIn("\x1b", text)
        done = self.run_tacho("dump", "--part", os.path.join(session, "manifest"))
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, "manifest")

    def test_windows(self):
        _, session = self.record()
        everything = strict(self.output("report", "--format", "json", session))
        wide = strict(self.output("report", "--format", "json", "--window", "1h", session))
        self.assertEqual(sum(n["count"] for n in everything["names"]), sum(n["count"] for n in wide["names"]))
        late = strict(self.output("report", "--format", "json", "--from", "1h", session))
        self.assertEqual(sum(n["count"] for n in late["names"]), 0)
        begin = everything["session"]["begin_time"]
        same = strict(self.output("report", "--format", "json", "--from", begin, session))
        self.assertEqual(sum(n["count"] for n in same["names"]), sum(n["count"] for n in everything["names"]))
        for window in (["--from", "10h"], ["--from", "10h", "--to", "11h"], ["--from", "2000-01-01", "--to", "2000-01-02"]):
            none = strict(self.output("report", "--format", "json", *window, session))
            self.assertLessEqual(none["window"]["from_ns"], none["window"]["to_ns"])
            self.assertLessEqual(none["window"]["to_ns"], none["session"]["runtime_ns"])
            self.assertLessEqual(none["considered_from_ns"], none["session"]["runtime_ns"])
            self.assertLessEqual(none["header"]["to_time"], none["session"]["end_time"])
            self.assertLessEqual(none["shares_from_ns"], none["shares_to_ns"])
            self.assertEqual(none["considered_ns"], 0)
            self.assertIn("nothing of the session lies in the time that was asked for", none["notes"])
        for arguments in (["--from", "5m", "--to", "1m"], ["--from", "yesterday"], ["--window", "1m", "--to", "2m"]):
            done = self.run_tacho("report", *arguments, session)
            self.assertEqual(done.returncode, 2)
            self.assert_one_line(done.stderr, arguments[1] if "-w" not in arguments[0] else "--window")

    def test_list_has_what_was_recorded(self):
        self.assertIn(b"No sessions", self.output("list"))
        self.run_tacho("run", "-q", "--name", "first", "--", "true")
        self.run_tacho("run", "-q", "--name", "second", "--", "sh", "-c", "kill -9 $$")
        sessions = strict(self.output("list", "--format", "json"))["sessions"]
        self.assertEqual([entry["name"].split("-")[0] for entry in sessions], ["second", "first"])
        self.assertEqual(sessions[0]["session"]["signal"], 9)
        text = self.output("list").decode()
        self.assertIn("signal 9 (Killed)", text)
        self.assertIn("exited 0", text)

    def test_no_line_is_wider_than_the_screen(self):
        for name in ("photo", "killed", "plain", "brief", "huge", "hostile"):
            for width in range(60, 201, 7):
                for line in self.fixture(name, COLUMNS=str(width)).decode().splitlines():
                    self.assertLessEqual(columns(line), width, f"{name} at {width}: {line}")

    def test_names_cannot_drive_the_terminal(self):
        for locale in ("C.UTF-8", "C"):
            text = self.fixture("hostile", LC_ALL=locale)
            self.assertNotIn(b"\x1b", text)
            self.assertFalse(set(text) & set(range(0x20)) - {0x0A})
            self.assertNotIn("\u202e", text.decode())
        self.assertTrue(self.fixture("hostile", LC_ALL="C").isascii())

    def test_every_sign_has_a_letter_for_terminals_without_utf8(self):
        """Whatever screens draw with stands in the one table of letters, so that no ? comes out."""
        sources = pathlib.Path(__file__).parent.parent / "src"
        table = re.search(r"drawn\[\] = \{(.*?)\};", (sources / "cli/screen.c").read_text(), re.S).group(1)
        letters = {text[:-1] for text in re.findall(r'"([^"]+)"', table)}
        drawn = set()
        for path in [path for room in ("cli", "analyze", "base") for path in (sources / room).glob("*.c")]:
            if path.name != "markdown_diff.c" and not path.name.endswith("_test.c"):  # Markdown is UTF-8 anywhere
                text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
                drawn |= {sign for string in re.findall(r'"(?:[^"\\]|\\.)*"', text) for sign in string if sign > "\x7f"}
        self.assertEqual(drawn - letters, set())
        self.assertGreater(len(drawn), 20)

    def test_colours_on_a_terminal_only(self):
        _, session = self.record()
        def on_terminal(**extra):
            command = ["script", "-qec", f"{TACHO} report {session}", "/dev/null"]
            return subprocess.run(command, env={**self.environment, "TERM": "xterm", **extra}, stdout=subprocess.PIPE).stdout
        self.assertIn(b"\x1b[1m", on_terminal())
        self.assertNotIn(b"\x1b", on_terminal(NO_COLOR="1"))
        self.assertNotIn(b"\x1b", on_terminal(TERM="dumb"))
        self.assertNotIn(b"\x1b", self.output("report", session))

    def test_streams_that_fail(self):
        _, session = self.record()
        for arguments in (["report"], ["report", "--format", "json"], ["dump"], ["dump", "--format", "json"]):
            with open("/dev/full", "wb") as full:
                done = self.run_tacho(*arguments, session, stdout=full)
            self.assertEqual(done.returncode, 2, arguments)
            self.assert_one_line(done.stderr, "No space left")
            quiet = subprocess.run(["bash", "-c", f"trap '' PIPE; {TACHO} {' '.join(arguments)} {session} | true"],
                                   env=self.environment, capture_output=True)
            self.assertEqual(quiet.stderr, b"")


if __name__ == "__main__":
    unittest.main()
