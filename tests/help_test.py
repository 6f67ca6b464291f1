#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--help and the manual pages: complete, clean and the same."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import public_headers
from tacho_case import TACHO, TachoCase

TOP = pathlib.Path(__file__).resolve().parent.parent
COMMANDS = re.findall(r"^\t&tc_command_([a-z]+),$", (TOP / "src/cli/main.c").read_text(), re.M)


def squeezed(text):
    """Text without any space, so that it does not matter where lines were broken."""
    return re.sub(r"\s+", "", text)


def sections(text):
    """Heading -> text, of a page whose headings begin at the margin."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith(" "):
            heading = line.strip().upper()
            found[heading] = ""
        elif line.strip():
            found[heading] += line
    return found


class Help(TachoCase):
    def help(self, *arguments):
        done = self.run_tacho(*arguments)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return done.stdout.decode()

    def test_the_same_three_ways(self):
        self.assertGreaterEqual(len(COMMANDS), 5)
        for command in COMMANDS:
            text = self.help(command, "--help")
            self.assertEqual(text, self.help("help", command))
            self.assertEqual(text, self.help(command, "-h"))
            for line in text.splitlines():
                if line.startswith("    tacho "):  # examples are not broken
                    continue
                self.assertLessEqual(len(line), 79, f"{command}: {line}")

    def test_overview_names_every_command(self):
        text = self.help()
        self.assertEqual(text, self.help("--help"))
        self.assertEqual(text, self.help("help"))
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^    {command} ")

    def test_committed_pages_are_those_of_the_command(self):
        subprocess.run([TOP / "tools/manual.sh", os.path.dirname(TACHO), self.path("man")], check=True)
        made = {name: self.read(self.path(f"man/{name}")) for name in os.listdir(self.path("man"))}
        kept = {path.name: path.read_text() for path in (TOP / "docs/man").glob("*.1")}
        self.assertEqual(made, kept, "run tools/manual.sh and commit docs/man")

    def test_the_library_page_has_every_public_call(self):
        page = (TOP / "docs/man/libtacho.3").read_text()
        listed = set(re.findall(r"\b(?:tacho|TACHO)_\w+", page.split(".SH EXAMPLE")[0]))
        calls = set()
        for header in public_headers.headers():
            calls |= public_headers.functions(header) | public_headers.macros(header)
        self.assertEqual(listed, calls)

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc here")
    def test_pages_are_clean(self):
        for path in sorted((TOP / "docs/man").glob("*.[13]")):
            done = subprocess.run(["mandoc", "-Tlint", str(path)], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout), (0, ""))

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc here")
    def test_a_page_says_what_help_says(self):
        for command in ["", *COMMANDS]:
            page = subprocess.run(["mandoc", "-Tutf8", TOP / "docs/man" / f"tacho{command and '-'}{command}.1"],
                                  capture_output=True, check=True).stdout.decode()
            page = sections(re.sub(".\b", "", page))
            text = sections(self.help(*([command, "--help"] if command else [])))
            for heading in list(text)[1:]:
                name = {"USAGE": "SYNOPSIS"}.get(heading, heading)
                self.assertEqual(squeezed(page[name]), squeezed(text[heading]), f"{command}: {heading}")

    def test_version(self):
        self.assertRegex(self.help("--version"), r"^tacho \d+\.\d+\.\d+\n$")

    def test_what_cannot_be_written_is_said(self):
        for arguments in (["--help"], ["run", "--help"], ["list"]):
            with open("/dev/full", "wb") as full:
                done = self.run_tacho(*arguments, stdout=full)
            self.assertEqual(done.returncode, 2, arguments)
            self.assert_one_line(done.stderr, "No space left")

    def test_a_closed_pipe_is_silent(self):
        for arguments in ("--help", "list --format json"):
            done = subprocess.run(["bash", "-c", f"trap '' PIPE; {TACHO} {arguments} | true"], env=self.environment, capture_output=True)
            self.assertEqual(done.stderr, b"")


if __name__ == "__main__":
    unittest.main()
