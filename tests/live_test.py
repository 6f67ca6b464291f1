#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho report --follow`: a running session until it ends, in a terminal, as text and as JSON (R8.1)."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import termios
import unittest

from run_terminal_test import Shell
from tacho_case import TACHO, TachoCase, state_of, wait_until

ENTER, LEAVE, TOP, END = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[H", b"\x1b[J"
SCRIPT = f"{TACHO} span work -- true; {TACHO} span work -- false; echo ready; read line; exit 3"


def frames(output):
    """What stood on the screen, one after the other."""
    return [part.partition(END)[0].replace(b"\x1b[K", b"").split(b"\r\n") for part in output.split(TOP)[1:] if END in part]


class Live(TachoCase):
    def begin(self, script=SCRIPT):
        """A session that runs until its input ends."""
        run = subprocess.Popen([TACHO, "run", "-q", "--", "sh", "-c", script], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(run.stdin.close)
        self.addCleanup(run.stdout.close)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        self.assertEqual(run.stdout.readline(), b"ready\n")
        return run

    def end(self, run):
        run.communicate(b"\n")
        self.assertEqual(run.returncode, 3)

    def follow(self, *arguments):
        follower = subprocess.Popen([TACHO, "report", "--follow", "--every", "100ms", *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(follower.wait)
        self.addCleanup(follower.kill)
        self.addCleanup(follower.stdout.close)
        self.addCleanup(follower.stderr.close)
        return follower

    def finish(self, follower):
        output, errors = follower.communicate()
        self.assertEqual((follower.returncode, errors), (0, b""))
        return output

    def test_a_line_of_json_at_each_update(self):
        run = self.begin()
        follower = self.follow("--format", "json")
        seen = [json.loads(follower.stdout.readline()) for _ in range(3)]
        self.end(run)
        seen += [json.loads(line) for line in self.finish(follower).splitlines()]
        self.assertEqual([line["update"] for line in seen], list(range(1, len(seen) + 1)))
        self.assertEqual({line["schema"] for line in seen}, {"tacho.follow/1"})
        self.assertEqual([line["session"]["state"] for line in seen], ["running"] * (len(seen) - 1) + ["exited"])
        self.assertEqual(seen[-1]["session"]["exit_status"], 3)
        times = [line["session"]["runtime_ns"] for line in seen]
        self.assertEqual(times, sorted(times))
        whole = self.report(self.sessions()[0])
        for key in ("limit", "findings", "recommendations", "bottlenecks", "load", "outlook"):
            self.assertEqual(seen[-1][key], whole[key], key)
        self.assertIn("failures", [finding["kind"] for finding in seen[0]["findings"]])

    def test_a_block_of_text_at_each_update_and_the_report(self):
        run = self.begin()
        follower = self.follow()
        text = b""
        while text.count(b"Busiest") < 2:
            text += follower.stdout.readline()
        self.assertNotIn(b"\x1b", text)
        self.assertIn(b"still running", text)
        self.end(run)
        text += self.finish(follower)
        report = self.run_tacho("report", self.sessions()[0]).stdout
        self.assertTrue(text.endswith(report), text)

    def test_as_many_names_as_asked_for_in_the_order_asked_for(self):
        run = self.begin(f"{TACHO} span main -- sh -c '{TACHO} span step -- true; echo ready; read line'; exit 3")
        for asked, heading, name in (([], b"Busiest", b"main"), (["--sort", "count"], b"Names", b"step"), (["--sort", "name"], b"Names", b"main")):
            follower, block = self.follow("--top", "1", *asked), []
            while not block or b"1 more name" not in block[-1]:
                block.append(follower.stdout.readline())
            first = next(i for i, line in enumerate(block) if line.startswith(heading))
            self.assertEqual([line.split()[0] for line in block[first + 1:-1]], [name], block)
        self.end(run)

    def test_spans_that_have_not_ended_have_their_time_so_far(self):
        run = self.begin(f"{TACHO} span main -- sh -c '{TACHO} span step -- true; echo ready; read line'; exit 3")
        follower, text = self.follow("--format", "json"), self.follow()
        first, second = (json.loads(follower.stdout.readline()) for _ in range(2))
        shown = b""
        while b"so many have not ended" not in shown:
            shown += text.stdout.readline()
        self.end(run)
        last = json.loads(self.finish(follower).splitlines()[-1])
        self.finish(text)
        before, then, ended = ({b["stage"]: b for b in line["bottlenecks"]}["main"] for line in (first, second, last))
        for main in before, then:
            self.assertEqual((main["execution_count"], main["open"], main["avg"]), (0, 1, None))
        self.assertGreater(then["open_ns"], before["open_ns"])
        self.assertGreater(before["open_ns"], before["self_total"])  # less that of step
        self.assertEqual((ended["execution_count"], ended["open"], ended["open_ns"]), (1, 0, 0))
        row = next(line.split() for line in shown.decode().splitlines() if line.startswith("  main "))
        self.assertEqual(row[4:5], ["0+1"], row)
        self.assertRegex(" ".join(row[5:7]), r"^[0-9.]+ m?s$")

    def test_what_if_is_answered_while_it_runs(self):
        run = self.begin()
        asked = ["--what-if", "work=0.5", "--what-if", "later=0"]
        follower, text = self.follow("--format", "json", *asked), self.follow(*asked)
        first, shown = json.loads(follower.stdout.readline()), b""
        while b"no span is called so yet: later" not in shown:
            shown += text.stdout.readline()
        self.assertIn(b"  halving work saves ", shown)
        self.end(run)
        last = json.loads(self.finish(follower).splitlines()[-1])
        self.finish(text)
        for line in first, last:
            work, later = line["what_if"]
            self.assertEqual((work["name"], work["factor"], later["saving"]), ("work", 0.5, None))
            self.assertEqual(later["saving_reason"], "no span is called so")
        self.assertGreater(first["what_if"][0]["saving"]["ns"], 0)
        report = self.run_tacho("report", "--format", "json", "--what-if", "work=0.5", self.sessions()[0]).stdout
        self.assertEqual(last["what_if"][0], json.loads(report)["critical_path"]["what_if"][0])

    def test_a_session_that_was_killed(self):
        run = self.begin()
        follower = self.follow("--format", "json")
        follower.stdout.readline()
        child = self.child_of(run.pid)
        os.kill(run.pid, signal.SIGKILL)
        self.addCleanup(os.kill, child, signal.SIGKILL)
        last = json.loads(self.finish(follower).splitlines()[-1])
        self.assertEqual((last["session"]["state"], last["session"]["live"]), ("killed", False))

    def test_a_session_that_ended_is_reported(self):
        self.end(self.begin())
        session = self.sessions()[0]
        followed, reported = (self.run_tacho("report", *words, session) for words in (("--follow",), ()))
        self.assertEqual((followed.returncode, followed.stderr, followed.stdout), (0, b"", reported.stdout))

    def test_mistakes(self):
        for words, part in ((("--follow",), "no session runs now"), (("--follow", "none"), "no session 'none'"), (("--every", "1s"), "--every goes with --follow"),
                            (("--follow", "--every", "1ms"), "100ms"), (("--follow", "--what-if", "work"), "takes a name")):
            done = self.run_tacho("report", *words)
            self.assertEqual((done.returncode, done.stdout), (2, b""), words)
            self.assert_one_line(done.stderr, part)

    def test_a_full_disk_is_said_once(self):
        run = self.begin()
        for words in ((), ("--format", "json")):
            with open("/dev/full", "wb") as full:
                done = self.run_tacho("report", "--follow", *words, stdout=full)
            self.assertEqual(done.returncode, 2)
            self.assert_one_line(done.stderr, "No space left")
        self.end(run)

    def shell(self):
        self.environment.update(TERM="xterm", LC_ALL="C.UTF-8", NO_COLOR="1")
        self.environment.pop("COLUMNS", None)
        return Shell(self, [TACHO, "report", "--follow", "--every", "100ms"])

    def test_a_terminal_is_given_back_at_the_end(self):
        run = self.begin()
        shell = self.shell()
        seen = shell.read_until(END)
        self.assertTrue(seen.startswith(ENTER), seen)
        self.end(run)
        drawn, _, report = (seen + shell.output()).partition(LEAVE)
        self.assertTrue(all(len(frame) <= 24 for frame in frames(drawn)), drawn)
        self.assertIn("Busiest", drawn.decode())
        self.assertIn(b"exited 3", report)
        self.assertIn(self.sessions()[0].encode(), report)
        self.assertNotIn(b"\x1b", report)
        self.assertEqual(self.read(shell.status), "exit 0\n")

    def test_a_terminal_is_given_back_when_it_is_interrupted(self):
        run = self.begin()
        shell = self.shell()
        shell.read_until(END)
        shell.type(b"\x03")
        self.assertTrue(shell.output().endswith(LEAVE))
        self.assertEqual(self.read(shell.status), f"exit {-signal.SIGINT}\n")
        self.assertIsNone(run.poll())
        self.end(run)

    def test_it_is_drawn_into_the_windows_height(self):
        run = self.begin()
        shell = self.shell()
        seen = shell.read_until(END)
        fcntl.ioctl(shell.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 9, 70, 0, 0))
        while not (seen and frames(seen) and len(frames(seen)[-1]) <= 9):
            seen = seen[seen.rfind(TOP):] + os.read(shell.terminal, 4096)
        self.assertTrue(all(len(line.decode()) <= 70 for line in frames(seen)[-1]))
        self.end(run)
        shell.output()

    def test_findings_are_whole_and_the_rest_is_counted(self):
        failing = "; ".join(f"{TACHO} span 'one job of many, number {i}' -- false" for i in range(9))
        run = self.begin(f"{failing}; {SCRIPT}")
        for rows, columns in ((24, 80), (40, 120)):
            shell = self.shell()
            fcntl.ioctl(shell.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            seen = b""
            while not (frames(seen) and len(frames(seen)[-1]) == rows):
                seen = seen[max(seen.rfind(TOP), 0):] + os.read(shell.terminal, 4096)
            lines = [line.decode() for line in frames(seen)[-1]]
            shown = lines[lines.index("Findings") + 1:]
            shown = shown[:shown.index("")]
            text = " ".join(" ".join(shown[:-1]).split())
            numbered = sum(line[:3].strip().isdigit() for line in shown)
            self.assertGreater(numbered, 0, lines)
            self.assertEqual((text.count("›"), text.count(" failed 1 of ")), (numbered, text.count("with 95 %)")), lines)
            self.assertRegex(shown[-1], r"^ {5}[0-9]+ more findings: tacho report --verbose$")
            shell.type(b"\x03")
            shell.output()
        self.end(run)

    def test_a_stopped_job_gives_the_terminal_back_as_long(self):
        run = self.begin()
        shell = self.shell()
        shell.read_until(END)
        shell.type(b"\x1a")
        shell.read_until(LEAVE)
        wait_until(lambda: "stopped" in self.read(shell.status))
        job = self.child_of(shell.pid)
        self.assertEqual(state_of(job), "T")
        os.killpg(job, signal.SIGCONT)
        shell.read_until(ENTER)
        shell.read_until(END)
        self.end(run)
        self.assertIn(b"exited 3", shell.output())
        self.assertEqual(self.read(shell.status).splitlines()[-1], "exit 0")


if __name__ == "__main__":
    unittest.main()
