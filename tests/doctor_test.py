#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho doctor` lists every source with its cost, and says of what is missing why."""
# runs in: release asan

import json
import os
import pathlib
import re
import unittest

from tacho_case import TachoCase

TOP = pathlib.Path(__file__).resolve().parent.parent


class Doctor(TachoCase):
    def doctor(self, **extra):
        done = self.run_tacho("doctor", "--format", "json", extra=extra)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def check(self, name, **extra):
        return next(check for check in self.doctor(**extra)["checks"] if check["name"] == name)

    def test_every_source(self):
        table = (TOP / "src/sample/sample.c").read_text().partition("samplers[] = {")[2].partition("};")[0]
        sources = self.doctor()["sources"]
        self.assertEqual([source["name"] for source in sources], re.findall(r"&tc_sampler_(\w+)", table))
        for source in sources:
            self.assertGreater(source["cost_us"], 0, source["name"])
            self.assertGreaterEqual(source["reads"], 5)
            self.assertIn(source["group"], ("cheap", "dear"))
            for series in source["series"]:
                self.assertEqual(series["available"], series["available_reason"] is None, series["name"])
            self.assertEqual(source["available"], any(series["available"] for series in source["series"]))
        stat = next(source for source in sources if source["name"] == "proc_stat")
        self.assertTrue(stat["available"])

    def test_text_fits_its_columns(self):
        for columns in (80, 120):
            done = self.run_tacho("doctor", extra={"COLUMNS": str(columns), "LC_ALL": "C.UTF-8"})
            self.assertEqual(done.returncode, 0)
            lines = done.stdout.decode().splitlines()
            self.assertEqual([line for line in lines if len(line) > columns], [])
            self.assertIn("proc_stat", done.stdout.decode())
            for source in self.doctor()["sources"]:
                for series in source["series"]:
                    if series["available"] and "/" in series["source"]:  # of a long path the file at least
                        self.assertIn(series["source"].rpartition("/")[2], done.stdout.decode())
            self.assertTrue(any("sources work here" in line for line in lines))

    def test_the_text_names_every_file_that_is_read(self):
        text = self.run_tacho("doctor", extra={"COLUMNS": "400", "LC_ALL": "C.UTF-8"}).stdout.decode()
        parts = {part.split()[0]: "".join(part.split()) for part in re.split(r"^[✓!] ", text, flags=re.M)[1:]}
        for source in self.doctor()["sources"]:
            for series in source["series"]:
                if series["available"]:
                    self.assertIn("".join(series["source"].split()), parts[source["name"]])
                    self.assertTrue(series["resolution"], series["name"])
        self.assertEqual(text.count("/proc/PID/stat"), 1)  # of what is read in one place or another, the one it is here

    def test_plain_letters(self):
        self.run_tacho("doctor", extra={"LC_ALL": "C"}).stdout.decode("ascii")

    def test_what_is_missing_has_a_remedy(self):
        self.assertTrue(self.check("clock", TACHO_CLOCK="auto")["text"])
        monotonic = self.check("clock", TACHO_CLOCK="monotonic")
        self.assertFalse(monotonic["fine"])
        self.assertIn("setting `clock`", monotonic["remedy"])
        live = self.check("tmpfs", TACHO_LIVE="none")
        self.assertFalse(live["fine"])
        self.assertIn("TACHO_LIVE", live["remedy"])
        with open(self.path("file"), "w"):
            pass
        store = self.check("store", TACHO_STORE=self.path("file/store"))
        self.assertFalse(store["fine"])
        self.assertIn("TACHO_STORE", store["text"] + (store["remedy"] or ""))
        self.assertIn("interval", self.check("settings", TACHO_INTERVAL="1ms")["text"])

    def test_mistakes(self):
        for arguments, why in ((["x"], "no operand"), (["--format", "xml"], "text or json")):
            done = self.run_tacho("doctor", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assert_one_line(done.stderr, why)


if __name__ == "__main__":
    unittest.main()
