#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# runs in: release asan
"""The photo example end to end: photos are made, broken ones are named and stop nothing, and the session tells all of it."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import mosaic  # noqa: E402

top = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(os.environ.get("TACHO_BUILD", top / "build")).resolve()
tacho, photo = build / "tacho", build / "examples/photo"
STAGES = ["exif", "decode", "scale", "evaluate", "preset", "apply", "export"]
TRUNCATED, MISSING = "Premature end of JPEG file", "cannot be opened: No such file or directory"
ROUNDS = 3


def check(right, message):
    if not right:
        sys.exit(f"photo_test: {message}")


def same(what, got, expected):
    check(got == expected, f"{what}: {got!r}, expected {expected!r}")


def run(directory, *command):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TACHO_")}
    environment.update(TACHO_STORE=f"{directory}/store", PATH=f"{build}:{os.environ['PATH']}", NO_COLOR="1")
    return subprocess.run([str(word) for word in command], cwd=directory, env=environment, capture_output=True, text=True)


def write_photos(directory):
    """Five photos, one for each preset and a colourful one of a camera, then what can be wrong with a file."""
    levels = {
        "dark": lambda column, row: 40 + (column + row) % 2 * 40,
        "harsh": lambda column, row: (column + row) % 2 * 255,
        "soft": lambda column, row: 100 + column,
        "even": lambda column, row: 90 + (column * 31 + row * 17) % 90,
    }
    for name, value in levels.items():
        (directory / f"{name}.jpg").write_bytes(mosaic.jpeg(60, 40, value, "Mosaic One", 320 if name == "dark" else 100))
    (directory / "plain.jpg").write_bytes(mosaic.jpeg(20, 30, levels["even"]))
    whole = (directory / "even.jpg").read_bytes()
    (directory / "truncated.jpg").write_bytes(whole[:len(whole) // 2])
    (directory / "empty.jpg").write_bytes(b"")
    (directory / "text.jpg").write_text("not a photo\n")
    good = [f"{name}.jpg" for name in [*levels, "plain"]]
    return good, ["truncated.jpg", "missing.jpg", "empty.jpg", "text.jpg"]


def jpeg_size(path):
    """(width, height) of a JPEG file that is whole."""
    data = path.read_bytes()
    check(data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9", f"{path.name} is no whole JPEG file")
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(data[at + 2:at + 4], "big")
    return int.from_bytes(data[at + 7:at + 9], "big"), int.from_bytes(data[at + 5:at + 7], "big")


def without_session(directory, good, bad):
    done = run(directory, photo, "-j", 3, "-s", 200, "-o", "alone", *good, *bad)
    same("exit status", done.returncode, 0)
    same("output", done.stdout, f"photo: {len(good)} made in alone, {len(bad)} failed\n")
    expected = {f"photo: truncated.jpg: {TRUNCATED}", f"photo: missing.jpg: {MISSING}", "photo: empty.jpg: Empty input file",
                "photo: text.jpg: Not a JPEG file: starts with 0x6e 0x6f"}
    same("lines on stderr", set(done.stderr.splitlines()), expected)
    made = {path.name: jpeg_size(path) for path in (directory / "alone").iterdir()}
    sizes = {f"{number}-{name}": (200, 133) for number, name in enumerate(good, 1)}
    sizes["5-plain.jpg"] = (133, 200)
    same("exports", made, sizes)
    check(b"Mosaic One" in (directory / "alone/1-dark.jpg").read_bytes(), "the export has lost its EXIF")
    again = run(directory, photo, "-o", "again", *(directory / "alone").iterdir())
    same("output for its own exports", again.stdout, f"photo: {len(good)} made in again, 0 failed\n")


def statuses(directory):
    same("status when none was made", run(directory, photo, "missing.jpg").returncode, 1)
    for wrong in ("", "-x", "-j", "-j 0 dark.jpg", "-o . dark.jpg", "-o dark.jpg dark.jpg", "-o dark.jpg/no dark.jpg"):
        done = run(directory, photo, *wrong.split())
        same(f"status of 'photo {wrong}'", (done.returncode, done.stderr.count("\n")), (2, 1))
    check(not (directory / "store").exists(), "a run without a session has made a store")


def main():
    check(photo.exists(), f"{photo} is not built")
    with tempfile.TemporaryDirectory(prefix="tacho-photo-") as name:
        directory = pathlib.Path(name)
        good, bad = write_photos(directory)
        without_session(directory, good, bad)
        statuses(directory)


if __name__ == "__main__":
    main()
