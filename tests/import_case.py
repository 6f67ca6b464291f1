# SPDX-License-Identifier: MIT
"""What the tests of imports share: traces to write, sessions made of them, and what those hold."""

import json
import os
import re

from tacho_case import TACHO, TachoCase

FIXTURES = os.path.join(os.path.dirname(TACHO), "tests")
MS = 1000000
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
        """The session that was made; what is said of it are lines of its notes."""
        session = self.path(f"session-{len(os.listdir(self.root))}")
        done = self.run_tacho("import", "-o", session, *options, path, **how)
        self.assertEqual(done.returncode, 0, (path, done.stderr))
        notes = ["tacho: " + note for note in self.report(session)["notes"] if "imported from" not in note] if done.stderr else []
        self.assertEqual([line for line in notes if re.search(r": [\d,]+(, the first at \w+ [\d,]+)?$", line)], done.stderr.decode().splitlines())
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

    def critical_path(self, session):
        return {name["name"]: name["path_ns"] for name in self.report(session)["critical_path"]["names"] if name["path_ns"]}

    def notes(self, session):
        return "\n".join(self.report(session)["notes"])
