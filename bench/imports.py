#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""imports.py [FORMAT:]BYTES... - what an import of traces of these sizes takes ("100M", "csv:10G"): made while it is read, through a pipe, so that no
trace lies on a disk; the session, and the spans that are sorted, lie in a folder under TMPDIR that is gone afterwards."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

TACHO = os.path.abspath(os.path.join(os.environ.get("TACHO_BUILD", "build"), "tacho"))
NAMES = ("decode", "resize", "blur", "encode", "write")
BATCH = 5000  # events to a text that is filled in at once


# Of each format what a file begins with, the text of the events from a number on, and what it ends with.
def chrome():
    event = '{"ph":"X","name":"%s","cat":"image","pid":1,"tid":%d,"ts":%%d.%03d,"dur":0.9,"args":{"frame":%%d}},\n'
    text = "".join(event % (NAMES[i % 5], i % 4, i % 1000) for i in range(BATCH))
    return b'[\n', lambda at: text % tuple(x for i in range(at, at + BATCH) for x in (i, i)), b'{"ph":"M"}]'


def csv():
    text = "".join(f"{NAMES[i % 5]},%d,900,{i % 4},%d\n" for i in range(BATCH))
    return b"name,start_ns,duration_ns,thread,frame\n", lambda at: text % tuple(x for i in range(at, at + BATCH) for x in (i * 1000, i)), b""


def otlp():
    span = '{"traceId":"%%032x","spanId":"%%016x","parentSpanId":"%%s","name":"%s","startTimeUnixNano":"%%d","endTimeUnixNano":"%%d","attributes":[{"key":"frame","value":{"intValue":%%d}}]}%s'
    text = '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeSpans":[{"spans":[' + \
        "".join(span % (NAMES[i % 5], "," if i + 1 < BATCH else "") for i in range(BATCH)) + "]}]}]}\n"

    def values(i):
        root, start = i - i % 5, 1700000000000000000 + i * 1000
        return root, i + 1, f"{root + 1:016x}" if i % 5 else "", start, start + 4000 - i % 5 * 800, i
    return b"", lambda at: text % tuple(x for i in range(at, at + BATCH) for x in values(i)), b""


FORMATS = {"chrome": chrome, "csv": csv, "otlp": otlp}


def size_of(text):
    return int(text.rstrip("kMG")) * {"k": 10**3, "M": 10**6, "G": 10**9}.get(text[-1], 1)


def feed(pipe, form, size):
    """How many bytes and spans it were."""
    head, batch, tail = FORMATS[form]()
    written, spans = pipe.write(head), 0
    while written < size:
        written += pipe.write(batch(spans).encode())
        spans += BATCH
    return written + pipe.write(tail), spans


def bring(form, size, folder):
    session, cost = folder + "/session", folder + "/cost"
    begin = time.perf_counter()
    process = subprocess.Popen(["/usr/bin/time", "-o", cost, "-f", "%M %U %S", TACHO, "import", "--format", form, "-o", session, "-"],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    written, spans = feed(process.stdin, form, size)
    process.stdin.close()
    if process.wait():
        sys.exit(1)
    wall_s = time.perf_counter() - begin
    with open(cost) as file:
        resident, user_s, system_s = map(float, file.read().split())
    stored = sum(os.path.getsize(os.path.join(session, name)) for name in os.listdir(session))
    cpu_s = user_s + system_s
    print("| %s | %.2f GB | %.1f M | %.0f s | %.0f s | %.0f MB/s | %.0f MB/s | %.1f MiB | %.2f GB |" %
          (form, written / 1e9, spans / 1e6, cpu_s, wall_s, written / 1e6 / cpu_s, written / 1e6 / wall_s, resident / 1024, stored / 1e9), flush=True)
    shutil.rmtree(session)


print("| format | read | spans | CPU time | clock | by CPU time | by the clock | resident | session |\n|---|---|---|---|---|---|---|---|---|", flush=True)
for argument in sys.argv[1:]:
    formats, _, size = argument.rpartition(":")
    for form in [formats] if formats else FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            bring(form, size_of(size), folder)
