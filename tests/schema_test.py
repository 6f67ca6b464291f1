#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R6.1: every JSON document that tacho writes is what its schema in docs/schema says, by a validator that is not ours.  A document names
its schema: "tacho.report/1" is docs/schema/tacho.report-1.json.

To add one: the schema there, and below the command that prints such a document.  A member that may be unknown is null there,
with its KEY_reason beside it, which is held here for all of them; so that schemas need not speak of reasons."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from debian_module import debian_module
from tacho_case import TACHO, TachoCase

jsonschema = debian_module("jsonschema")

FIXTURES = os.path.join(os.path.dirname(TACHO), "tests")
SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "docs" / "schema"

# Command lines; SESSION: one with some of everything in it, EMPTY: one of a program that marks nothing, IMPORTED: one
# of a trace that does not say when and where it was; files of numbers.
DOCUMENTS = [
    ["report", "--format", "json", "SESSION"],
    ["report", "--format", "json", "EMPTY"],
    ["report", "--format", "json", "IMPORTED"],
    ["explain", "--format", "json", "load", "IMPORTED"],
    ["export", "--format", "json", "-o", "-", "IMPORTED"],
    ["export", "--format", "profile", "-o", "-", "IMPORTED"],
    ["export", "--format", "phases", "-o", "-", "IMPORTED"],
    ["report", "--format", "json", "--what-if", "load=0.5", "SESSION"],
    ["report", "--format", "json", "--window", "1s", "--span", "l*", "SESSION"],
    ["report", "--format", "json", "--last", "5", "--kind", "scope,time", "SESSION"],
    ["report", "--format", "json", "--source", "sensor*", "SESSION"],
    ["report", "--format", "json", "--follow", "--what-if", "load=0.5", "--what-if", "nobody=0", "SESSION"],
    ["report", "--format", "json", "--follow", "EMPTY"],
    ["explain", "--format", "json", "load", "SESSION"],
    ["list", "--format", "json"],
    ["prune", "--format", "json", "--keep", "0", "--dry-run"],
    ["history", "--format", "json"],
    ["history", "--format", "json", "--stat", "p95", "load"],
    ["export", "--format", "json", "-o", "-", "SESSION"],
    ["export", "--format", "json", "-o", "-", "EMPTY"],
    ["export", "--format", "profile", "-o", "-", "SESSION"],
    ["export", "--format", "profile", "-o", "-", "EMPTY"],
    ["export", "--format", "phases", "-o", "-", "SESSION"],
    ["export", "--format", "phases", "-o", "-", "EMPTY"],
    ["check", "--format", "json", "-b", "session.runtime < 1h", "-b", "load.failure_rate < 50%", "-b", "queue.jobs.last < 1000000", "SESSION"],
    ["diff", "--format", "json", "SESSION", "SESSION"],
    ["diff", "--format", "json", "EMPTY", "SESSION"],
    ["stats", "--format", "json", "NUMBERS"],
    ["stats", "--format", "json", "--column", "bytes", "--time-column", "at", "--unit", "KiB", "--leak", "--limit", "9000", "TABLE"],
    ["stats", "--format", "json", "--unit", "ms", "ONE"],
    ["stats", "--format", "json", "NUMBERS", "ONE"],
    ["stats", "--format", "json", "ZEROS", "HUGE"],
]
NUMBERS = {
    "NUMBERS": [100 + k % 7 + (40 if k > 150 else 0) + (900 if k == 120 else 0) for k in range(300)],
    "ONE": [3.5],
    "ZEROS": [0] * 40,
    "HUGE": [1.7e308 * (-1) ** k for k in range(40)],
}
FIXED = ["photo", "killed", "plain", "brief", "huge", "hostile", "pages"]  # sessions that report_fixture has


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def nulls_without_reason(value, path="$"):
    """Members of objects that are null and do not say why; what a program attached to a span may be anything."""
    if isinstance(value, dict):
        for key, below in value.items():
            if below is None and not value.get(f"{key}_reason") and not path.endswith((".attributes", ".metadata")):
                yield f"{path}.{key}"
            yield from nulls_without_reason(below, f"{path}.{key}")
    elif isinstance(value, list):
        for below in value:
            yield from nulls_without_reason(below, path)


class Schemas(TachoCase):
    def check(self, text, what):
        document = json.loads(text, parse_constant=refuse)
        name = document.get("schema", "tacho.phases/1")  # a report that others defined, without a place for one
        path = SCHEMAS / f"{name.replace('/', '-')}.json"
        schema = json.loads(path.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        wrong = [f"{error.json_path}: {error.message[:300]}" for error in jsonschema.Draft202012Validator(schema).iter_errors(document)]
        self.assertEqual(wrong[:5], [], f"{what}: {path.name}")
        self.assertEqual(list(nulls_without_reason(document))[:5], [], what)
        if "report" in document:
            self.check(json.dumps(document["report"]), what)
        return path

    def test_documents(self):
        places = {"SESSION": os.path.join(self.store, "session"), "EMPTY": os.path.join(self.store, "empty")}
        self.run_tacho("run", "-q", "-o", places["SESSION"], "--", os.path.join(FIXTURES, "everything_fixture"))
        self.run_tacho("run", "-q", "-o", places["EMPTY"], "--", "true")
        places["IMPORTED"] = os.path.join(self.store, "imported")
        trace = self.path("trace.csv")
        pathlib.Path(trace).write_text("name,start_ms,duration_ms\nload,0,10\nparse,2,3\n")
        self.run_tacho("import", "-o", places["IMPORTED"], trace)
        for name, numbers in NUMBERS.items():
            places[name] = self.path(name)
            pathlib.Path(places[name]).write_text("".join(f"{number!r}\n" for number in numbers))
        places["TABLE"] = self.path("TABLE")
        pathlib.Path(places["TABLE"]).write_text("at,bytes\n" + "".join(f"{k},{1000 + 20 * k + k * 8 % 13}\n" for k in range(120)))
        used = set()
        for command in DOCUMENTS:
            done = self.run_tacho(*(places.get(word, word) for word in command))
            self.assertEqual(done.returncode, 0, command)
            self.assertRegex(done.stderr, rb"^(tacho: \d+ spans? that had not ended (is|are) not in it\n)?$", command)
            used.add(self.check(done.stdout, command))
        for name in FIXED:
            done = subprocess.run([os.path.join(FIXTURES, "report_fixture"), name, "json"], stdout=subprocess.PIPE, check=True)
            used.add(self.check(done.stdout, name))
        self.assertEqual(sorted(set(SCHEMAS.glob("*.json")) - used), [], "schemas of which no document is checked")


if __name__ == "__main__":
    unittest.main()
