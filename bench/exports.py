# SPDX-License-Identifier: MIT
"""What exports of kept spans take, beside sqlite3 writing the same rows from a database, in turn."""
import os
import resource
import shutil
import statistics
import subprocess
import time


class Price:
    """Of the runs of one command: seconds on the wall, seconds of CPU, bytes written, and the most memory that was resident."""

    def __init__(self):
        self.wall_s, self.cpu_s, self.resident_mib, self.bytes = [], [], 0, 0

    def pay(self, command, output, **how):
        """The kernel's peak of a child counts what it was before exec, Python: so a smaller program starts it."""
        cost = output + ".cost"
        begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["/usr/bin/time", "-o", cost, "-f", "%M", *command], check=True, **how)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall_s.append(time.perf_counter() - begin)
        self.cpu_s.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        with open(cost) as file:
            self.resident_mib = max(self.resident_mib, int(file.read()) / 1024)
        self.bytes = os.path.getsize(output)
        os.remove(cost)

    def row(self, title, goal):
        cpu_s, wall_s = statistics.median(self.cpu_s), statistics.median(self.wall_s)
        print("| %s | %s | %.0f MB | %.2f s | %.0f MB/s | %.0f MB/s | %.1f MiB |" %
              (title, goal, self.bytes / 1e6, cpu_s, self.bytes / 1e6 / cpu_s, self.bytes / 1e6 / wall_s, self.resident_mib))


def database_of(csv, database):
    subprocess.run(["sqlite3", database, ".mode csv", ".import %s spans" % csv], check=True)


def show_exports(build, scratch, spans, rounds):
    session, out = scratch + "/exported", scratch + "/out"
    csv, rows, database = out + "/spans.csv", scratch + "/rows.csv", scratch + "/rows.db"
    subprocess.run([build + "/tacho", "run", "-q", "--keep", "all", "-o", session, "--", build + "/bench/keep", "500000", str(spans // 500000)],
                   stdout=subprocess.DEVNULL, env={**os.environ, "TACHO_RING_RECORDS": "65536"}, check=True)
    yardstick, ours = Price() if shutil.which("sqlite3") else None, Price()
    for _ in range(rounds):
        shutil.rmtree(out, ignore_errors=True)
        os.makedirs(out)
        ours.pay([build + "/tacho", "export", "--force", "--format", "csv", "-o", out, session], csv)
        if yardstick:
            if not os.path.exists(database):
                database_of(csv, database)
            with open(rows, "wb") as file:
                yardstick.pay(["sqlite3", "-csv", database, "select * from spans"], rows, stdout=file)
    print("\n| {:,} kept spans, written to memory | goal | written | CPU time | by CPU time | by the clock | resident |\n|---|---|---|---|---|---|---|".format(spans))
    ours.row("`csv`", "200 MB/s, 20 MiB")
    if yardstick:
        yardstick.row("the same rows by `sqlite3 -csv`", "")
        print("| `sqlite3 -csv` over `csv` | 5 | | %.1f | | | |" %
              statistics.median(theirs / mine for theirs, mine in zip(yardstick.cpu_s, ours.cpu_s)))
    for path in (out, rows, database):
        shutil.rmtree(path) if os.path.isdir(path) else os.path.exists(path) and os.remove(path)
    for name, goal in (("chrome", "200 MB/s, 20 MiB"), ("json", ""), ("otlp", "")):
        price = Price()
        for _ in range(rounds):
            price.pay([build + "/tacho", "export", "--force", "--format", name, "-o", out, session], out)
        price.row("`%s`" % name, goal)
        os.remove(out)
    shutil.rmtree(session)
