#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho span` gives shell scripts phases: nested, with attributes and failures, and without a session it is not there."""
# runs in: release asan

import os
import subprocess
import unittest

from tacho_case import TACHO, TachoCase


class Outside(TachoCase):
    def test_the_command_is_run_and_no_more(self):
        data = bytes(range(256)) * 300
        done = self.run_tacho("span", "phase", "-a", "n=1", "--", "cat", input=data)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, data, b""))
        self.assertFalse(os.path.exists(self.store))

    def test_the_commands_statuses(self):
        for status in (0, 1, 2, 125, 255):
            self.assertEqual(self.run_tacho("span", "x", "sh", "-c", f"exit {status}").returncode, status)
        for command, status in (("no-such-command", 127), ("/", 126)):
            done = self.run_tacho("span", "x", "--", command)
            self.assertEqual(done.returncode, status)
            self.assert_one_line(done.stderr, f"tacho span: cannot run '{command}'")

    def test_mistakes(self):
        for arguments in ([], ["--"], ["x"], ["x", "--"], ["", "--", "true"], ["-a"], ["x", "-a", "novalue", "--", "true"],
                          ["x", "-a", "=v", "true"], ["x", "-z", "true"]):
            done = self.run_tacho("span", *arguments)
            self.assertEqual(done.returncode, 125, arguments)
            self.assert_one_line(done.stderr, "--help")

    def test_it_is_the_command(self):
        shell = subprocess.run(["sh", "-c", f"echo $$; exec {TACHO} span x -- sh -c 'echo $$'"], env=self.environment,
                               stdout=subprocess.PIPE)
        first, second = shell.stdout.split()
        self.assertEqual(first, second)


class Inside(TachoCase):
    def record(self, script, status=0, **how):
        done = self.run_tacho("run", "-q", "--", "sh", "-c", script.replace("tacho ", TACHO + " "), **how)
        self.assertEqual(done.returncode, status, done.stderr)
        self.done = done
        return self.report(self.sessions()[-1])

    def tree(self, report):
        """[(depth, name, count, failed)] of the call tree."""
        return [(row["depth"], row["name"], row["count"], row["failed"]) for row in report["tree"]]

    def test_phases_nest(self):
        report = self.record("""
            tacho span build -- sh -c '
                tacho span compile -- sh -c "tacho span read -- true; tacho span read -- true"
                tacho span link -- true'
            tacho span test -- true
        """)
        self.assertEqual(self.tree(report), [(0, "build", 1, 0), (1, "compile", 1, 0), (2, "read", 2, 0), (1, "link", 1, 0),
                                             (0, "test", 1, 0)])

    def test_time_in_phases_below_is_not_ones_own(self):
        report = self.record("tacho span outer -- tacho span inner -- sleep 0.2")
        outer, inner = report["tree"]
        self.assertLess(outer["self_ns"], inner["total_ns"])

    def test_statuses_are_the_commands(self):
        for status in (0, 3, 125, 126, 127):
            self.record(f"tacho span x -- sh -c 'exit {status}'", status)
        self.record("tacho span x -- sh -c 'kill -9 $$'", 137)

    def test_failures_say_why(self):
        report = self.record("""
            tacho span exit -- sh -c 'exit 3'
            tacho span kill -- sh -c 'kill -9 $$'
            tacho span none -- no-such-command
            true
        """)
        failures = {failure["name"]: (failure["message"], failure["code"]) for failure in report["failures"]}
        self.assertEqual(failures, {"exit": ("exited with status 3", 3), "kill": ("killed by signal 9 (Killed)", 137),
                                    "none": ("cannot be run: No such file or directory", 127)})
        self.assert_one_line(self.done.stderr, "tacho span: cannot run 'no-such-command'")

    def test_attributes_have_types(self):
        given = {"int": ("-42", -42), "big": ("9223372036854775807", 9223372036854775807), "real": ("1.5e3", 1500.0),
                 "yes": ("true", True), "no": ("false", False), "text": ("a b=c", "a b=c"), "none": ("", ""),
                 "hex": ("0x10", "0x10"), "huge": ("9223372036854775808", 9223372036854775808.0), "blank": (" 1", " 1"),
                 "word": ("inf", "inf"), "sign": ("-", "-"), "date": ("2026-11-20", "2026-11-20")}
        script = "\n".join(f"tacho span {key} -a '{key}={text}' -- true" for key, (text, _) in given.items())
        report = self.record(script)
        got = {}
        for span in report["slowest"]:
            got.update(span["attributes"])
        self.assertEqual(got, {key: value for key, (_, value) in given.items()})
        self.assertEqual({key: type(value) for key, value in got.items() if key in ("int", "yes", "hex")},
                         {"int": int, "yes": bool, "hex": str})

    def test_a_name_is_what_was_given(self):
        report = self.record("tacho span ' odd\n\"näme\" ' -- true; tacho span \"$(printf '%010000d' 7)\" -- true")
        names = [name["name"] for name in report["names"]]
        self.assertEqual(names[0], " odd\n\"näme\" ")
        self.assertEqual(len(names), 2)

    def test_output_and_input_are_the_commands(self):
        data = bytes(range(256)) * 300
        self.record("tacho span x -- cat", input=data)
        self.assertEqual((self.done.stdout, self.done.stderr), (data, b""))

    def test_a_span_that_cannot_be_recorded_harms_nothing(self):
        done = self.run_tacho("span", "x", "--", "sh", "-c", "exit 7", extra={"TACHO_SESSION": "/proc"})
        self.assertEqual((done.returncode, done.stderr), (7, b""))
        done = self.run_tacho("span", "x", "--", "sh", "-c", "exit 7", extra={"TACHO_SESSION": "/" + "x" * 5000})
        self.assertEqual((done.returncode, done.stderr), (7, b""))


if __name__ == "__main__":
    unittest.main()
