#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Settings: where they come from, what is said of bad ones, and that docs/SETTINGS.md is true.

TACHO_SETTINGS_WRITE=1 writes the table of docs/SETTINGS.md anew."""
# runs in: release asan

import json
import os
import pathlib
import sys
import unittest

from tacho_case import TACHO, TachoCase

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = TOP / "docs/SETTINGS.md"


class Settings(TachoCase):
    def config(self, **extra):
        done = self.run_tacho("config", "--format", "json", extra=extra)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def setting(self, key, **extra):
        return next(s for s in self.config(**extra)["settings"] if s["key"] == key)

    def write_file(self, text):
        os.makedirs(self.path("config/tacho"), exist_ok=True)
        with open(self.path("config/tacho/config"), "w") as file:
            file.write(text)

    def test_the_page_has_all(self):
        rows = ["| setting | it takes | usual | |\n|---|---|---|---|\n"]
        for s in self.config()["settings"]:
            usual = f"`{s['default']}`" if s["default"] else ""
            text = s["help"].replace("|", "\\|").replace("*", "\\*").replace("_", "\\_")
            rows.append(f"| `{s['key']}` | {s['range']} | {usual} | {text} |\n")
        head, mark, _ = PAGE.read_text().partition("## All of them\n\n")
        page = head + mark + "".join(rows)
        if os.environ.get("TACHO_SETTINGS_WRITE"):
            PAGE.write_text(page)
        self.assertMultiLineEqual(PAGE.read_text(), page)

    def test_where_each_comes_from(self):
        self.write_file("ring_records = 64\ninterval = 2s\n")
        file = self.path("config/tacho/config")
        found = self.setting("ring_records", TACHO_INTERVAL="50ms")
        self.assertEqual((found["value"], found["origin"], found["origin_place"]), ("64", "file", f"{file}:1"))
        found = self.setting("interval", TACHO_INTERVAL="50ms")
        self.assertEqual((found["value"], found["value_ns"], found["origin_place"]), ("50ms", 50000000, "TACHO_INTERVAL"))
        found = self.setting("observer")
        self.assertEqual((found["value_bool"], found["origin"], found["origin_place"]), (True, "default", None))
        text = self.run_tacho("config", extra={"TACHO_INTERVAL": "50ms"}).stdout.decode()
        self.assertRegex(text, rf"ring_records +64 +4096 +{file}:1\n")
        self.assertRegex(text, r"interval +50ms +1s +TACHO_INTERVAL\n")

    def test_bad_ones_are_said_and_passed_over(self):
        config = self.config(TACHO_RING_RECORDS="63", TACHO_STORE="/x", TACHO_OBSERVER="")
        self.assertEqual(len(config["notes"]), 2)
        self.assertIn("ring_records is \"63\" (TACHO_RING_RECORDS): it takes a power of two from 16 to 16777216; 4096 is used",
                      config["notes"])

    def test_a_variable_that_nothing_heeds_is_said_with_the_nearest(self):
        config = self.config(TACHO_INTERVALL="1s", TACHO_SESION="/x", TACHO_SESSION="/x", TACHO_PARENT="x", TACHO_CUPS="3")
        self.assertEqual(sorted(config["notes"]), [
            "nothing heeds the variable TACHO_CUPS (tacho config lists what can be set)",
            "nothing heeds the variable TACHO_INTERVALL; did you mean TACHO_INTERVAL?",
            "nothing heeds the variable TACHO_SESION; did you mean TACHO_SESSION?"])
        text = self.run_tacho("config", extra={"TACHO_STOR": "/x"}).stdout.decode()
        self.assertIn("! nothing heeds the variable TACHO_STOR; did you mean TACHO_STORE?\n", text)
        done = self.run_tacho("run", "--", TACHO, "span", "x", "--", "true", extra={"TACHO_RING_RECORD": "64"})
        said = "nothing heeds the variable TACHO_RING_RECORD; did you mean TACHO_RING_RECORDS?"
        self.assertEqual(done.stderr.decode().count(said), 1, done.stderr)
        self.assertEqual(self.report(self.sessions()[0])["notes"].count(said), 1, "once, though two processes said it")

    def test_the_session_says_so(self):
        fixture = [os.path.join(os.environ.get("TACHO_BUILD", "build"), "tacho"), "span", "x", "--", "true"]
        done = self.run_tacho("run", "-q", "--", *fixture, extra={"TACHO_RING_RECORDS": "63", "TACHO_INTERVAL": "1us"})
        self.assertEqual(done.returncode, 0)
        notes = self.report(self.sessions()[0])["notes"]
        self.assertEqual(len([n for n in notes if n.startswith("ring_records is \"63\"")]), 1, notes)
        self.assertEqual(len([n for n in notes if n.startswith("interval is \"1us\"")]), 1, notes)
        self.assertEqual(self.manifest(self.sessions()[0])["interval_ms"], "1000")

    def test_a_part_says_what_run_could_not_know(self):
        command = f"TACHO_RING_RECORDS=62 {os.path.abspath(os.environ.get('TACHO_BUILD', 'build'))}/tacho span x -- true"
        self.assertEqual(self.run_tacho("run", "-q", "--", "sh", "-c", command).returncode, 0)
        notes = self.report(self.sessions()[0])["notes"]
        self.assertEqual(len([n for n in notes if n.startswith("ring_records is \"62\"")]), 1, notes)

    def test_run_passes_them_on(self):
        done = self.run_tacho("run", "-q", "-c", "ring_records=64", "-c", "redact_keys=a b,c", "-cinterval=70ms", "--", "sh", "-c",
                              "echo $TACHO_RING_RECORDS,$TACHO_REDACT_KEYS,$TACHO_INTERVAL", extra={"TACHO_RING_RECORDS": "32"})
        self.assertEqual(done.stdout, b"64,a b,c,70ms\n")
        self.assertEqual(self.manifest(self.sessions()[0])["interval_ms"], "70")

    def test_secrets_of_command_lines_reach_no_file(self):
        options = ["-c", "redact_keys=*token*,pin", "-c", "redact_values=sk-*"]
        command = ["sleep", "1.2", "0", "http://me:s3cret@host/", "--api-token=s3cret", "--token", "s3cret", "PIN=s3cret", "--x=sk-s3cret"]
        self.run_tacho("run", "-q", *options, "--", "sh", "-c", "sleep 1.2", *command)
        session = self.sessions()[0]
        for name in os.listdir(session):
            if os.path.isfile(os.path.join(session, name)):
                with open(os.path.join(session, name), "rb") as file:
                    self.assertNotIn(b"s3cret", file.read(), name)
        report = self.report(session)
        self.assertEqual(report["session"]["command"][6:], ["http://me:***@host/", "--api-token=(redacted)", "--token", "(redacted)",
                                                            "PIN=(redacted)", "--x=(redacted)"])
        self.assertIn("http://me:***@host/ --api-token=(redacted) --token (redacted)",
                      " ".join(process["command"] for process in report["process_tree"]))

    def test_the_file_counts_for_run(self):
        self.write_file("interval = 80ms\n")
        self.assertEqual(self.run_tacho("run", "-q", "--", "true").returncode, 0)
        self.assertEqual(self.manifest(self.sessions()[0])["interval_ms"], "80")

    def test_run_refuses_bad_ones(self):
        for given, said in (("bad=1", "there is no setting \"bad\""), ("ring_record=1", "did you mean ring_records?"),
                            ("ring_records=7", "it takes a power of two"), ("ring_records", "KEY=VALUE"), ("=1", "KEY=VALUE"),
                            ("attribute_text_bytes=64K", "at most a quarter of the ring"), ("observer=", "yes or no")):
            done = self.run_tacho("run", "-c", given, "--", "touch", self.path("ran"))
            self.assertEqual(done.returncode, 125)
            self.assert_one_line(done.stderr, said)
            self.assertFalse(os.path.exists(self.path("ran")))
        self.assertEqual(self.sessions(), [])

    def test_an_error_names_the_option_that_was_given(self):
        for command in (["run", "-i", "1ms", "--", "true"], ["attach", "--interval=1ms", "1"]):
            done = self.run_tacho(*command)
            self.assert_one_line(done.stderr, 'interval is "1ms" (--interval): it takes a duration from 10ms to 1h')
        self.assert_one_line(self.run_tacho("run", "-c", "interval=1ms", "--", "true").stderr, 'interval is "1ms" (-c)')

    def test_the_store_may_stand_in_the_file(self):
        self.write_file(f"store = {self.path('elsewhere')}\n")
        del self.environment["TACHO_STORE"]
        self.assertEqual(self.run_tacho("run", "-q", "--", "true").returncode, 0)
        self.assertEqual(len(os.listdir(self.path("elsewhere"))), 1)

    def test_a_file_that_is_none(self):
        os.makedirs(self.path("config/tacho/config"))
        self.assertIsNone(self.config()["file"])
        os.rmdir(self.path("config/tacho/config"))
        os.mkfifo(self.path("config/tacho/config"))
        self.assertIsNone(self.config()["file"])
        os.remove(self.path("config/tacho/config"))
        self.write_file("\0\xff=\n" * 5000)
        notes = self.config()["notes"]
        self.assertEqual(len(notes), 1)
        self.assertIn("config:1: this is no text", notes[0])

    def test_a_note_says_what_is_used_in_the_end(self):
        self.write_file("ring_records = 100\nring_records = 64\n")
        self.assertIn("; 64 is used", self.config()["notes"][0])
        self.write_file("attribute_text_bytes = 64K\nattribute_ring_bytes = 4K\n")
        found = self.setting("attribute_text_bytes")
        self.assertEqual((found["value"], found["origin"], found["origin_place"]), ("1024", "conflict", None))
        self.assertRegex(self.config()["notes"][0], "attribute_text_bytes is 65536 and .*; 1024 is used")


if __name__ == "__main__":
    sys.exit(unittest.main())
