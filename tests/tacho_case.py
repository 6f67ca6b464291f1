# SPDX-License-Identifier: MIT
"""What the tests of the command share: a private store, sessions in it, processes that are waited for."""

import json
import os
import shutil
import subprocess
import tempfile
import textwrap
import time
import unittest

TACHO = os.path.join(os.environ.get("TACHO_BUILD", "build"), "tacho")
TACHO = os.path.abspath(TACHO)

# A program that notes the signals of argv[2] in the file argv[1], and ends when somebody writes "end" there.
COUNTER = textwrap.dedent("""
    import os, signal, sys, time
    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    def note(number, frame):
        os.write(log, signal.Signals(number).name.encode() + b"\\n")
    for name in sys.argv[2].split(","):
        signal.signal(getattr(signal, name), note)
    os.write(log, b"ready\\n")
    while "end" not in open(sys.argv[1]).read():
        time.sleep(0.01)
    sys.exit(42)
""")


def wait_until(condition):
    """Polls; that it comes true is the test's assertion, how soon is not."""
    while not condition():
        time.sleep(0.01)


def state_of(pid):
    """The letter of /proc/PID/stat: R, S, T, Z …; "" when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


class TachoCase(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="tacho-test-")
        self.addCleanup(shutil.rmtree, self.root, True)
        self.store = self.path("store")
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("TACHO_")}
        self.environment["TACHO_STORE"] = self.store
        if os.path.isdir("/dev/shm"):  # other tests adopt what they find on the common one
            self.environment["TACHO_LIVE"] = tempfile.mkdtemp(prefix="tacho-test-", dir="/dev/shm")
            self.addCleanup(shutil.rmtree, self.environment["TACHO_LIVE"], True)
        self.environment["XDG_CONFIG_HOME"] = self.path("config")

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, path):
        try:
            with open(path) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def script(self, text):
        path = self.path("script")
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def run_tacho(self, *arguments, extra=None, **how):
        how.setdefault("stdout", subprocess.PIPE)
        how.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([TACHO, *arguments], env={**self.environment, **(extra or {})}, **how)

    def sessions(self):
        """Directories of the store's sessions."""
        if not os.path.isdir(self.store):
            return []
        return [os.path.join(self.store, name) for name in sorted(os.listdir(self.store))]

    def date(self, folder, second):
        """Has a session of the store begin then, since 1970."""
        path = os.path.join(self.store, folder, "manifest")
        lines = self.read(path).splitlines()
        for i, line in enumerate(lines):
            if line.startswith("begin "):
                lines[i] = " ".join([*line.split()[:3], str(second * 10**9)])
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")

    def manifest(self, session):
        lines = self.read(os.path.join(session, "manifest")).splitlines()
        return dict(line.partition(" ")[::2] for line in lines)

    def child_of(self, pid):
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return int(file.read().split()[0])

    def parent_of(self, pid):
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])

    def parts(self, session):
        """How many parts lie in the session's directory and in its live one."""
        def count(directory):
            try:
                return sum(name.startswith("part-") for name in os.listdir(directory))
            except FileNotFoundError:
                return 0

        return count(session), count(os.path.join(session, "live"))

    def report(self, session):
        done = self.run_tacho("report", "--format", "json", session)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    def spans(self, session):
        """{name: spans that ended} of all names in a session."""
        return {name["name"]: name["count"] for name in self.report(session)["names"]}

    def assert_one_line(self, output, part):
        text = output.decode()
        self.assertEqual(text.count("\n"), 1, text)
        self.assertIn(part, text)
