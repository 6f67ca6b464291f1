#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `make demo` runs, on small photos: both reports come, the broken photos are named, two sessions are left in the store."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import mosaic  # noqa: E402

top = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(os.environ.get("TACHO_BUILD", top / "build")).resolve()


def check(right, message):
    if not right:
        sys.exit(f"demo_test: {message}")


def run(directory, *command, **settings):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TACHO_")}
    environment.update(TACHO_STORE=f"{directory}/store", TACHO_BUILD=str(build), LC_ALL="C.UTF-8", **settings)
    return subprocess.run([str(word) for word in command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def refusals(directory):
    (directory / "empty").mkdir()
    for photos in ("no-such-folder", "empty"):
        done = run(directory, top / "tools/demo.sh", PHOTOS=str(directory / photos))
        check(done.returncode == 2 and done.stdout.count("\n") == 1 and photos in done.stdout,
              f"PHOTOS={photos} gives {done.returncode} and\n{done.stdout}")


def demo(directory):
    photos = directory / "my photos"
    photos.mkdir()
    for number in range(4):
        (photos / f"photo {number}.JPG").write_bytes(mosaic.jpeg(40, 30, lambda column, row: 30 + number * 40 + (column + row) % 60))
    done = run(directory, top / "tools/demo.sh", PHOTOS=str(photos), ROUNDS="2")
    check(done.returncode == 0, f"demo.sh ends with {done.returncode}:\n{done.stdout}")
    for expected in ("Premature end of JPEG file", "photo: 8 made", "export", "archive", "compress", "Try next"):
        check(expected in done.stdout, f"demo.sh does not show '{expected}':\n{done.stdout}")
    listed = run(directory, build / "tacho", "list")
    check("photos" in listed.stdout and "workflow" in listed.stdout, f"tacho list has not both sessions:\n{listed.stdout}")


def main():
    with tempfile.TemporaryDirectory(prefix="tacho-demo-") as name:
        refusals(pathlib.Path(name))
        demo(pathlib.Path(name))


if __name__ == "__main__":
    main()
