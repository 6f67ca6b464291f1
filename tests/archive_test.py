#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An archive read back is the session that it was made of; and what is none leaves nothing behind, wherever its names lead."""
# runs in: release asan

import io
import os
import re
import shutil
import subprocess
import tarfile
import unittest

from tacho_case import TACHO, TachoCase

FIXTURES = os.path.join(os.path.dirname(TACHO), "tests")
MANIFEST = b"format 1\nname job\nbegin 1 1000000000 1700000000000000000\nend 2 2000000000 1700000001000000000\nhow 1\nstatus 0\n"


class ArchiveCase(TachoCase):
    def record(self, name, *command, extra=None):
        session = self.path(name)
        self.run_tacho("run", "-q", "--name", "job", "-o", session, "--", *command, extra=extra)
        self.report(session)  # which may compact it
        return session

    def archive(self, session, name="session.tar.zst"):
        path = self.path(name)
        self.run_tacho("export", "--format", "archive", "--force", "-o", path, session, check=True)
        return path

    def imported(self, path, *options, **how):
        done = self.run_tacho("import", path, *options, **how)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return done.stdout.decode().rstrip("\n")

    def files(self, session):
        files = {}
        for name in os.listdir(session):
            with open(os.path.join(session, name), "rb") as file:
                files[name] = file.read()
        return files

    def tar(self, *entries, name="made.tar", folder="job-1/"):
        """A tar of (name, bytes) or of heads that are given."""
        path = self.path(name)
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
            for entry in entries:
                if isinstance(entry, tarfile.TarInfo):
                    tar.addfile(entry)
                else:
                    head = tarfile.TarInfo(entry[0] if "/" in entry[0] else folder + entry[0])
                    head.size = len(entry[1])
                    tar.addfile(head, io.BytesIO(entry[1]))
        return path

    def refused(self, path, says, *options):
        """In one line; and nothing is left of it."""
        before = sorted(os.listdir(self.root)), sorted(os.listdir(self.store)) if os.path.isdir(self.store) else []
        done = self.run_tacho("import", path, *options)
        self.assertEqual((done.returncode, done.stdout), (2, b""), says)
        self.assert_one_line(done.stderr, says)
        after = sorted(os.listdir(self.root)), sorted(os.listdir(self.store)) if os.path.isdir(self.store) else []
        self.assertEqual(set(after[0]) - {"store"}, set(before[0]) - {"store"})
        self.assertEqual(after[1], before[1])


class Equal(ArchiveCase):
    def test_read_back(self):
        for name, command, extra, has in (("all", [os.path.join(FIXTURES, "everything_fixture")], {"TACHO_KEEP": "all"}, "spans.tacho"),
                                          ("many", ["sh", "-c", f"for i in $(seq 40); do {TACHO} span s -- true; done"], {}, "folded.tacho"),
                                          ("none", ["false"], {}, "log.tacho")):
            session = self.record(name, *command, extra=extra)
            made = self.imported(self.archive(session))
            self.assertRegex(made, rf"^{self.store}/job-\d{{8}}-\d{{6}}(-\d+)?$")
            files = self.files(session)
            self.assertIn(has, files)
            self.assertEqual(self.files(made), files)
            self.assertEqual(os.stat(made).st_mode & 0o777, 0o700)
            again = self.report(made)
            again["session"]["directory"] = session
            self.assertEqual(again, self.report(session))
        self.assertEqual(self.run_tacho("list", check=True).stdout.count(b"\n"), 4)

    def test_however_it_comes(self):
        session = self.record("session", os.path.join(FIXTURES, "everything_fixture"))
        files = self.files(session)
        archive = self.archive(session)
        with open(archive, "rb") as stream:
            self.assertEqual(self.files(self.imported("-", stdin=stream)), files)
        self.assertEqual(self.imported(archive, "-o", self.path("given")), self.path("given"))
        self.assertEqual(self.files(self.path("given")), files)
        self.refused(archive, "is there already", "-o", self.path("given"))
        self.imported(archive, "-o", self.path("given"), "--force")
        mine = self.imported(archive, "--name", "mine")
        self.assertRegex(mine, rf"^{self.store}/mine-\d")
        self.assertEqual(self.report(mine)["session"]["name"], "mine")
        self.assertEqual({name for name, bytes in self.files(mine).items() if bytes != files[name]}, {"manifest"})
        subprocess.run(["zstd", "-q", "-d", archive, "-o", self.path("plain.tar")], check=True)
        self.assertEqual(self.files(self.imported(self.path("plain.tar"))), files)
        for form in ("gnu", "posix", "ustar"):  # made anew by tar, from without and from within
            for place, what in ((self.root, "session"), (session, ".")):
                path = self.path(f"again-{form}")
                subprocess.run(["tar", f"--format={form}", "--zstd", "-C", place, "-cf", path, what], check=True)
                self.assertEqual(self.files(self.imported(path)), files)

    def test_holes_are_holes(self):
        session = self.record("session", os.path.join(FIXTURES, "export_fixture"), "many", "10", extra={"TACHO_RING_RECORDS": "1048576"})
        made = self.imported(self.archive(session))
        parts = [name for name in os.listdir(made) if name.startswith("part-")]
        self.assertEqual(len(parts), 1)
        status = os.stat(os.path.join(made, parts[0]))
        self.assertGreater(status.st_size, 16 << 20)
        self.assertLess(status.st_blocks * 512, 2 << 20)


class Hostile(ArchiveCase):
    def special(self, kind, name="job-1/log.tacho", **fields):
        head = tarfile.TarInfo(name)
        head.type = kind
        for field, value in fields.items():
            setattr(head, field, value)
        return head

    def test_names_that_lead_elsewhere(self):
        for name in ("../manifest", "/tmp/manifest", "job-1/../../manifest", "x/../manifest"):
            self.refused(self.tar((name, MANIFEST)), "leads out of the session")
        self.assertFalse(os.path.exists("/tmp/manifest"))
        for name in ("evil.sh", ".bashrc", "part-xyz.tacho", "part-0123456789abcdef.tacho.so", "live", "manifest\n"):
            self.refused(self.tar(("manifest", MANIFEST), (name, b"x")), "is no file of a session")
        self.refused(self.tar(("manifest", MANIFEST), ("other/log.tacho", b"")), "of another session")

    def test_what_is_no_file(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE):
            self.refused(self.tar(("manifest", MANIFEST), self.special(kind, linkname="/etc/passwd")), "a link, a device or the like")
        self.refused(self.tar(self.special(tarfile.SYMTYPE, "job-1", linkname="/tmp"), ("manifest", MANIFEST)), "a link, a device")

    def test_twice(self):
        self.refused(self.tar(("manifest", MANIFEST), ("log.tacho", b""), ("log.tacho", b"")), "holds log.tacho twice")

    def test_no_session(self):
        self.refused(self.tar(("log.tacho", b"")), "it holds no manifest")
        self.refused(self.tar(), "it holds no manifest", "--format", "archive")
        self.refused(self.tar(("manifest", b"")), "no manifest of a session")
        self.refused(self.tar(("manifest", b"\xff\x00 garbage")), "no manifest of a session")
        self.refused(self.tar(("manifest", MANIFEST.replace(b"format 1", b"format 2"))), "has format 2")
        with open(self.path("text"), "w") as file:
            file.write('{"traceEvents": []}')
        subprocess.run(["zstd", "-q", self.path("text")], check=True)
        self.refused(self.path("text.zst"), "zstdcat")
        made = self.imported(self.tar(("manifest", MANIFEST)))
        self.assertEqual(sorted(os.listdir(made)), ["lock", "manifest"])

    def test_cut_off(self):
        session = self.record("session", os.path.join(FIXTURES, "everything_fixture"))
        packed = self.archive(session)
        plain = self.tar(("manifest", MANIFEST), ("log.tacho", bytes(range(256)) * 8))
        for path in (packed, plain):
            with open(path, "rb") as file:
                whole = file.read()
            end = len(whole) if path == packed else whole.rindex(b"\xff") + 1 + 512
            cut = self.path("cut")
            for size in sorted({1, 4, 5, 511, 512, 513, 1024, end // 3, end // 2, end - 1000, end - 4, end - 1}):
                with open(cut, "wb") as file:
                    file.write(whole[:size])
                self.refused(cut, "", "--format", "archive")

    def is_harmless(self, archive, session):
        """Some bits of a frame mean nothing to a decoder: then the session is the same."""
        harmless = self.run_tacho("import", "-o", self.path("harmless"), "--format", "archive", archive).returncode == 0
        if harmless:
            self.assertEqual(self.files(self.path("harmless")), self.files(session))
            shutil.rmtree(self.path("harmless"))
        return harmless

    def test_damaged(self):
        session = self.record("session", os.path.join(FIXTURES, "everything_fixture"))
        with open(self.archive(session), "rb") as file:
            whole = file.read()
        for at in [len(whole) - 1] + list(range(6, len(whole), len(whole) // 23)):  # behind the frame's head
            with open(self.path("damaged"), "wb") as file:
                file.write(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1:])
            if not self.is_harmless(self.path("damaged"), session):
                self.refused(self.path("damaged"), "", "--format", "archive")
        with open(self.path("more"), "wb") as file:
            file.write(whole + b"and more")
        self.refused(self.path("more"), "is no archive of a session")
        with open(self.tar(("manifest", MANIFEST)), "rb") as file:
            plain = bytearray(file.read())
        plain[20] ^= 1
        with open(self.path("head"), "wb") as file:
            file.write(plain)
        self.refused(self.path("head"), "an entry of the archive is damaged")

    def test_sizes_that_lie(self):
        for size in (10**6, 2**33, 2**62):
            head = tarfile.TarInfo("job-1/log.tacho")
            head.size = size
            with open(self.path("lie"), "wb") as file:
                file.write(head.tobuf(tarfile.GNU_FORMAT) + b"x" * 2048)
            self.refused(self.path("lie"), "it breaks off")

    def test_what_grows_without_end(self):
        head = tarfile.TarInfo("job-1/log.tacho")
        head.size = 10**12
        with open(self.path("bomb"), "wb") as file:
            packer = subprocess.Popen(["zstd", "-q"], stdin=subprocess.PIPE, stdout=file)
            packer.stdin.write(head.tobuf(tarfile.GNU_FORMAT))
            for _ in range(320):
                packer.stdin.write(b"tacho" * (1 << 20))
            packer.stdin.close()
            packer.wait()
        self.refused(self.path("bomb"), "it grows to more than 1024 times its size")

    def test_a_full_disk(self):
        """R6, bad input: how much it takes is said, and nothing stays."""
        session = self.record("session", os.path.join(FIXTURES, "export_fixture"), "many", "60000", extra={"TACHO_RING_RECORDS": "65536"})
        archive = self.archive(session)
        small = self.path("small")
        os.mkdir(small)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tacho-test", small], stderr=subprocess.PIPE).returncode:
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        done = self.run_tacho("import", archive, "-o", small + "/s")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assert_one_line(done.stderr, "make room there")
        said = re.search(r"the session takes ([\d.]+) MiB, and in .*/small there are 512 KiB free", done.stderr.decode())
        size = sum(os.stat(os.path.join(session, name)).st_blocks * 512 for name in os.listdir(session))
        self.assertLess(abs(float(said[1]) * (1 << 20) / size - 1), 0.1)
        self.assertEqual(os.listdir(small), [])

    def test_no_room(self):
        session = self.record("session", os.path.join(FIXTURES, "export_fixture"), "many", "60000", extra={"TACHO_RING_RECORDS": "65536"})
        archive = self.archive(session)
        os.mkdir(self.path("small"))
        done = subprocess.run(["bash", "-c", 'trap "" XFSZ; ulimit -f 256; exec "$@"', "-", TACHO, "import", archive, "-o", self.path("small/s")],
                              env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assert_one_line(done.stderr, "cannot write the session")
        self.assertEqual(os.listdir(self.path("small")), [])


if __name__ == "__main__":
    unittest.main()
