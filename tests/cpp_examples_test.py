#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/CPP.md: its code is that of examples/cpp, and the examples record what it says."""
import os
import pathlib
import re
import unittest

from tacho_case import TachoCase

top = pathlib.Path(__file__).resolve().parent.parent
examples = pathlib.Path(os.environ.get("TACHO_BUILD", top / "build")).resolve() / "examples"


class Examples(TachoCase):
    def record(self, name, *arguments, status=0):
        program = examples / name
        if not program.exists():
            self.skipTest(f"{name} was not built: this compiler cannot")
        done = self.run_tacho("run", "-q", "--", str(program), *arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        self.said = done.stdout.decode()
        return self.report(self.sessions()[-1])

    def tree(self, report):
        """{path in the call tree: count}"""
        path, found = [], {}
        for row in report["tree"]:
            path = path[:row["depth"]] + [row["name"]]
            found["/".join(path)] = found.get("/".join(path), 0) + row["count"]
        return found

    def test_the_code_of_the_page_is_that_of_the_examples(self):
        sources = "".join(path.read_text() for path in sorted((top / "examples/cpp").glob("*.cc")))
        blocks = re.findall(r"^```cpp\n(.*?)^```", (top / "docs/CPP.md").read_text(), re.M | re.S)
        self.assertGreater(len(blocks), 2)
        for block in blocks:
            self.assertIn(block, sources)

    def test_first(self):
        report = self.record("first_cpp", str(top / "LICENSE"), "/no/such/file", status=1)
        self.assertEqual(self.tree(report), {"all": 2, "all/file": 2, "all/file/count": 1})
        self.assertEqual({failure["name"]: failure["message"] for failure in report["failures"]},
                         {"all": "cannot be opened", "file": "exception"})
        words = len((top / "LICENSE").read_text().split())
        self.assertIn(f"{words:7} words in", self.said)

    def test_coroutines(self):
        report = self.record("coroutines")
        self.assertEqual(sorted(self.said.split("\n")), sorted([""] + [f"{i} squared is {i * i}" for i in range(10) if i != 7]))
        counts = {name["name"]: (name["count"], name["failed"]) for name in report["names"]}
        self.assertEqual(counts, {"main": (1, 0), "request": (10, 1), "read": (10, 0), "compute": (10, 1), "write": (9, 0)})
        self.assertEqual({failure["name"]: failure["message"] for failure in report["failures"]},
                         {"request": "seven is not served", "compute": "exception"})
        self.assertEqual(set(self.tree(report)), {"main"} | {f"main/request{step}" for step in ("", "/read", "/compute", "/write")})

    def test_openmp(self):
        report = self.record("openmp")
        first, second = self.said.split()
        self.assertEqual(first, second)
        counts = {name["name"]: (name["count"], name["failed"]) for name in report["names"]}
        self.assertEqual(counts, {"loop": (1, 0), "worker": (4, 0), "block": (64, 0), "tasks": (1, 0), "halve": (63, 0)})
        self.assertEqual(self.tree(report)["loop/worker"], 4)  # of all threads
        self.assertTrue(all(path.count("block") == 1 and path.endswith("/block")
                            for path in self.tree(report) if "block" in path), self.tree(report))


if __name__ == "__main__":
    unittest.main()
