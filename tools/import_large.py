#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""import_large.py BYTES - `tacho import` of a Chrome trace of so many bytes from a pipe: all spans are there, and the memory is what docs/IMPORT.md says."""
import json
import os
import resource
import subprocess
import sys
import tempfile

MOST_KIB = 64 * 1024
TACHO = os.path.join(os.environ.get("TACHO_BUILD", "build"), "tacho")
EVENTS = 5000


def chunk():
    """Spans of four threads within a second that is told by what @ stands for; the latest come first."""
    return b"".join(b'{"ph":"X","name":"step %d","pid":1,"tid":%d,"ts":@%06d.5,"dur":7,"args":{"job":"%030d"}},\n' % (i % 20, i % 4 + 1, i * 190, i)
                    for i in reversed(range(EVENTS)))


with tempfile.TemporaryDirectory() as folder:
    session = os.path.join(folder, "session")
    process = subprocess.Popen([TACHO, "import", "-", "-o", session], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    text, written, chunks = chunk(), 2, 0
    process.stdin.write(b"[\n")
    while written < int(sys.argv[1]):
        chunks += 1
        written += process.stdin.write(text.replace(b"@", b"%d" % chunks))
    process.stdin.close()
    assert process.wait() == 0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(subprocess.run([TACHO, "report", "--format", "json", session], stdout=subprocess.PIPE, check=True).stdout)
    stored = os.stat(os.path.join(session, "spans.tacho")).st_size
spans = sum(name["count"] for name in report["names"])
print(f"{written / 1e9:.3g} GB, {spans} spans of {stored / spans:.2f} bytes: {peak.ru_maxrss} KiB, {peak.ru_utime + peak.ru_stime:.0f} s of CPU time")
assert spans == chunks * EVENTS, (spans, chunks * EVENTS)
assert peak.ru_maxrss < MOST_KIB, peak.ru_maxrss
