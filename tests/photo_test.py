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


def report(directory):
    done = run(directory, tacho, "report", "--format", "json")
    same("status of tacho report", done.returncode, 0)
    return json.loads(done.stdout)


def dump(directory, *options):
    done = run(directory, tacho, "dump", "--format", "json", *options)
    same("status of tacho dump", done.returncode, 0)
    return [json.loads(line) for line in done.stdout.splitlines()]


def figures(session, good, bad):
    """Every stage was counted as often as it was reached, and fails as often as photos did."""
    made, broken = ROUNDS * len(good), ROUNDS * len(bad)
    expected = {stage: (made, 0) for stage in STAGES}
    expected.update(photo=(made + broken, broken), exif=(made + broken, 0), decode=(made + broken, broken))
    same("count and failures per name", {name["name"]: (name["count"], name["failed"]) for name in session["names"]}, expected)
    roots = [node["id"] for node in session["tree"] if node["parent_id"] is None]
    same("the outermost phases", [node["name"] for node in session["tree"] if node["id"] in roots], ["photo"])
    same("phases right under photo", [node["name"] for node in session["tree"] if node["parent_id"] in roots], STAGES)


def failures(directory):
    spans = dump(directory, "--failed")
    got = {(span["attributes"]["file"], span["message"]) for span in spans if span["name"] == "photo"}
    same("failed photos", got, {("truncated.jpg", TRUNCATED), ("missing.jpg", MISSING), ("empty.jpg", "Empty input file"),
                                ("text.jpg", "Not a JPEG file: starts with 0x6e 0x6f")})
    decode = {span["message"] for span in spans if span["name"] == "decode"}
    same("messages of the stage that failed", decode, {message for _, message in got})
    truncated = next(span for span in spans if span["message"] == TRUNCATED and span["name"] == "photo")
    same("camera of the truncated photo", truncated["attributes"]["camera"], "Mosaic One")


def attributes(directory, good):
    """Each kept record of a photo has the facts of its file."""
    presets = {"dark.jpg": "lift", "harsh.jpg": "soften", "soft.jpg": "sharpen", "even.jpg": "neutral", "plain.jpg": "neutral"}
    seen = []
    for span in dump(directory):
        facts = span.get("attributes", {})
        if span.get("name") != "photo" or facts["file"] not in good:
            continue
        same(f"photo_id of {facts['file']}", facts["photo_id"], good.index(facts["file"]) + 1)
        same(f"preset of {facts['file']}", facts["preset"], presets[facts["file"]])
        same(f"camera of {facts['file']}", facts.get("camera"), None if facts["file"] == "plain.jpg" else "Mosaic One")
        same(f"ISO of {facts['file']}", facts.get("iso"), {"plain.jpg": None, "dark.jpg": 320}.get(facts["file"], 100))
        seen.append((facts["photo_id"], facts["round"]))
    same("kept photos", sorted(seen), [(number + 1, turn + 1) for number in range(len(good)) for turn in range(ROUNDS)])


def recorded(directory, good, bad):
    done = run(directory, tacho, "run", "--name", "photos", "--", photo, "-j", 3, "-r", ROUNDS, "-o", "made", *good, *bad)
    same("status of tacho run", done.returncode, 0)
    same("output", done.stdout, f"photo: {ROUNDS * len(good)} made in made, {ROUNDS * len(bad)} failed\n")
    for name in bad:
        same(f"lines about {name}", done.stderr.count(f"photo: {name}: "), 1)
    told = done.stderr.split("Failures", 1)[-1]  # the first and the last one: which, the threads decide
    check(any(f"file={name}" in told for name in bad), f"the report shows none of the failures:\n{done.stderr}")
    for path in (directory / "made").iterdir():
        jpeg_size(path)
    figures(report(directory), good, bad)
    failures(directory)
    attributes(directory, good)


def main():
    check(photo.exists(), f"{photo} is not built")
    with tempfile.TemporaryDirectory(prefix="tacho-photo-") as name:
        directory = pathlib.Path(name)
        good, bad = write_photos(directory)
        without_session(directory, good, bad)
        statuses(directory)
        recorded(directory, good, bad)


if __name__ == "__main__":
    main()
