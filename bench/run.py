#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs every benchmark and prints what docs/PERFORMANCE.md shows.  run.py [--quick] BUILD...

A ratio is ours over its yardstick, both measured burst by burst in one process (bench/harness.h); shown is the median over
rounds and over builds whose code lies differently.  Whole processes run ours and the yardstick in turn."""
import collections
import json
import os
import resource
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from exports import show_exports

ROWS = [
    ("one", "one site", 1.05),
    ("nested3", "3 deep", 1.05),
    ("sites20", "20 sites in turn", 1.05),
    ("sites200", "200 sites at random", 1.05),
    ("octaves", "one site, durations over 6 octaves", 1.05),
    ("octaves200", "200 sites, durations over 6 octaves", 1.05),
    ("work70", "about 70 ns of work", 1.05),
    ("fixed70", "70 ns of work, always the same", 1.05),
    ("erratic", "short mispredicting work", 1.2),
    ("scope", "TACHO_SCOPE in a function", 1.05),
    ("two_parents", "two parents in turn", 1.05),
    ("attribute_i64", "with an integer attribute", None),
    ("attribute_text", "with a text attribute of 16 bytes", None),
]
BUILDS = ("plain", "aligned", "o3")


def lines_of(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        sys.exit("bench: %s failed: %s" % (" ".join(command), done.stderr.strip()))
    return [json.loads(line) for line in done.stdout.splitlines()]


def note(text):
    if sys.stderr.isatty():
        print("\r\033[K" + text, end="", file=sys.stderr, flush=True)


def ratios(builds, form, threads, rounds, rows):
    """{row: [ratio of each run]}, [ns of two bare clock reads], and how many repeats were dropped and kept."""
    found, bare_ns, dropped, kept = collections.defaultdict(list), [], 0, 0
    for number in range(rounds):
        for build in builds:
            for variant in BUILDS:
                note("%s %s, %d thread%s, round %d of %d" %
                     (os.path.basename(build), form, threads, "s" * (threads > 1), number + 1, rounds))
                program = "%s/bench/spans_%s_%s" % (build, form, variant)
                for line in lines_of([program, "-t", str(threads), "-r", "21"] + rows):
                    dropped += line["dropped"]
                    kept += line["repeats"]
                    if line["repeats"] >= 5:
                        found[line["row"]].append(line["ratio"])
                        if line["row"] == "one":
                            bare_ns.append(line["yardstick_ns"])
    note("")
    return found, bare_ns, dropped, kept


def show_ratios(builds, rounds):
    columns = []
    for build in builds:
        compiler = compiler_of(build)
        for form in ("inline", "called"):
            for threads in (1, 2):
                if form == "called" and threads == 2:
                    continue
                columns.append(("%s %s%s" % (compiler, form, ", 2 threads" if threads == 2 else ""),
                                ratios([build], form, threads, rounds, [row for row, _, _ in ROWS])))
    print("\nbegin+end over two bare clock reads in the same places (goal in brackets)\n")
    print("| workload | goal | " + " | ".join(name for name, _ in columns) + " |")
    print("|---|---|" + "---|" * len(columns))
    for row, title, goal in ROWS:
        cells = []
        for _, (found, _, _, _) in columns:
            cells.append("%.3f" % statistics.median(found[row]) if found.get(row) else "-")
        print("| %s | %s | %s |" % (title, goal if goal else "", " | ".join(cells)))
    dropped, kept = sum(c[1][2] for c in columns), sum(c[1][3] for c in columns)
    print("\ntwo bare clock reads, as in the row \"one site\": %.1f ns" %
          statistics.median(ns for _, (_, bare_ns, _, _) in columns for ns in bare_ns))
    print("\n%d of %d repeats dropped: their two yardsticks differed by more than 10 %%" % (dropped, dropped + kept))


def compiler_of(build):
    with open(build + "/CMakeCache.txt") as cache:
        for line in cache:
            if line.startswith("CMAKE_C_COMPILER:"):
                return "clang" if "clang" in line else "gcc"
    return build


def beside_empty_loop(program, **environment):
    line = lines_of([program, "-r", "41", "beside_empty_loop"], **environment)[0]
    return line["ns"] - line["yardstick_ns"]


def show_others(build):
    print("\n| other ways to mark | goal | 1 thread | 2 threads |\n|---|---|---|---|")
    names = ["i64_beyond_span", "text_beyond_span", "i64_each", "text_each", "async_pair", "lookup", "cost", "cost_of_clocks", "cost_memory"]
    found = [{row["row"]: row for row in lines_of([build + "/bench/spans_inline_plain", "-t", threads, "-r", "21"] + names)}
             for threads in ("1", "2")]

    def beyond(row):
        return row["ns"] - row["yardstick_ns"]

    def show(title, goal, figure, form):
        print("| %s | %s | %s |" % (title, goal, " | ".join(form % figure(rows) for rows in found)))
    show("attribute i64, each of eight in a span", "5 ns", lambda rows: beyond(rows["i64_each"]), "%.2f ns")
    show("attribute text of 16 bytes, each of eight in a span", "10 ns", lambda rows: beyond(rows["text_each"]), "%.2f ns")
    show("one attribute i64, as far as the span's clock reads do not hide it", "", lambda rows: beyond(rows["i64_beyond_span"]), "%.2f ns")
    show("one attribute text, the same", "", lambda rows: beyond(rows["text_beyond_span"]), "%.2f ns")
    show("async begin+end over a scope's", "2", lambda rows: rows["async_pair"]["ratio"], "%.2f")
    show("look-up of a name made at run time", "25 ns", lambda rows: beyond(rows["lookup"]), "%.1f ns")
    show("TACHO_COST beyond a scope", "1000 ns", lambda rows: beyond(rows["cost"]), "%.0f ns")
    show("TACHO_COST over two reads of the thread's clock", "", lambda rows: rows["cost_of_clocks"]["ratio"], "%.2f")
    show("TACHO_COST_MEMORY beyond a scope", "", lambda rows: beyond(rows["cost_memory"]), "%.0f ns")


def show_off(build):
    print("\n| beyond an empty loop | goal | ns |\n|---|---|---|")
    print("| a span that is off | 1 | %.2f |" % beside_empty_loop(build + "/bench/spans_inline_plain", BENCH_OFF="1"))
    print("| a span compiled out | 0 | %.2f |" % beside_empty_loop(build + "/bench/spans_compiled_out", BENCH_OFF="1"))


def show_metrics(build):
    goals = {"counter": 0.5, "gauge": 2, "event": 5, "timer": 5, "distribution": 5}
    print("\n| metrics: ns beyond an empty loop, or beyond their clock read | goal | 1 thread | 2 threads |\n|---|---|---|---|")
    found = [{line["row"]: line["ns"] - line["yardstick_ns"] for line in lines_of([build + "/bench/metrics", "-t", threads])}
             for threads in ("1", "2")]
    for row, goal in goals.items():
        print("| %s | %s | %.2f | %.2f |" % (row, goal, found[0][row], found[1][row]))


def process_ms(command, environment):
    start = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1e3


def show_processes(build, scratch, count):
    environment = {**os.environ, "TACHO_STORE": scratch + "/store"}
    ours, yardstick = [], []
    for _ in range(count):
        yardstick.append(process_ms(["true"], environment))
        ours.append(process_ms([build + "/tacho", "run", "-q", "--", "true"], environment))
    over = [a - b for a, b in zip(ours, yardstick)]
    print("\n| whole processes, in turn | goal | median |\n|---|---|---|")
    print("| `tacho run -q -- true` over `true` | 6 ms | %.2f ms (%.2f over %.2f) |" %
          (statistics.median(over), statistics.median(ours), statistics.median(yardstick)))
    starts = [lines_of([build + "/bench/once", "start", "%s/start%d" % (scratch, i)])[0] for i in range(21)]
    print("| `tacho_start()` and first spans | | %.2f ms |" % statistics.median(s["start_ms"] for s in starts))
    print("| `tacho_stop()` | | %.2f ms |" % statistics.median(s["stop_ms"] for s in starts))


def worked_s(pid):
    """CPU time of a process of one thread."""
    with open("/proc/%d/schedstat" % pid) as file:
        return int(file.read().split()[0]) / 1e9


def resident_bytes(pid, of="VmRSS"):
    with open("/proc/%d/status" % pid) as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(of + ":"))


def show_observing(build, scratch, settle_s, seconds):
    """settle_s: at first the recordings are read more often than each second."""
    tree = "for i in 1 2 3 4; do sleep 1000 & done; wait"
    run = subprocess.Popen([build + "/tacho", "run", "-q", "-o", scratch + "/observed", "--interval", "1s", "--", "sh", "-c", tree],
                           start_new_session=True)
    time.sleep(settle_s)
    before, begin = worked_s(run.pid), time.monotonic()
    time.sleep(seconds)
    share = (worked_s(run.pid) - before) / (time.monotonic() - begin)
    resident = resident_bytes(run.pid)
    os.killpg(run.pid, signal.SIGTERM)
    run.wait()
    print("\n| observing 5 processes at 1 s, after %d s | goal | |\n|---|---|---|" % settle_s)
    print("| CPU time, of one core | 0.1 % | {:.3f} % |".format(share * 100))
    print("| resident memory of `tacho run` | 4 MiB | {:.2f} MiB |".format(resident / 2**20))


def show_names(build, scratch, count, settle_s):
    print("\n| `tacho run` beside 5 processes of %d names, after %d s | resident | of it not of files |\n|---|---|---|" % (count, settle_s))
    for title, more in (("the same in all", []), ("of each its own", ["own"])):
        run = subprocess.Popen([build + "/tacho", "run", "-q", "-o", scratch + "/names" + "".join(more), "--", build + "/bench/names", str(count)] + more,
                               start_new_session=True)
        time.sleep(settle_s)
        mib = [resident_bytes(run.pid, of) / 2**20 for of in ("VmRSS", "RssAnon")]
        os.killpg(run.pid, signal.SIGTERM)
        run.wait()
        print("| {} | {:.2f} MiB | {:.2f} MiB |".format(title, *mib))


def size_of(directory):
    """Bytes handed out in the parts (`used` of the header, docs/FORMAT.md); files grow in steps of 64 KiB."""
    total = 0
    for name in os.listdir(directory):
        if name.startswith("part-"):
            with open(os.path.join(directory, name), "rb") as part:
                total += struct.unpack_from("<Q", part.read(152), 144)[0]
    return total


def show_space(build, scratch):
    once = build + "/bench/once"
    sizes = {}
    for ring in (1 << 12, 1 << 22):
        directory = "%s/ring%d" % (scratch, ring)
        lines_of([once, "record", directory, str(2 << 22), str(ring)])
        sizes[ring] = size_of(directory)
    per_span = (sizes[1 << 22] - sizes[1 << 12]) / ((1 << 22) - (1 << 12))
    added = statistics.median(lines_of([once, "memory", "%s/memory%d" % (scratch, i)])[0]["rss_added_bytes"] for i in range(5))
    print("\n| space | goal | |\n|---|---|---|")
    print("| bytes per kept span without attributes | 16 | %.2f |" % per_span)
    print("| resident memory added, 1 thread, 20 names | 2 MiB | %.2f MiB |" % (added / 2**20))


def show_keep(build, scratch, rounds):
    """Every span stored: what is lost at a million per second on one thread, what a span takes, what it costs the program."""
    print("\n| `--keep all`, the photo example's names | goal | |\n|---|---|---|")
    session = os.path.join(scratch, "kept")
    command = [build + "/tacho", "run", "-q", "-o", session, "--keep", "all", "--", build + "/bench/keep"]
    spans = lines_of(command + ["1000000", "5"])[0]["spans"]
    report = json.loads(subprocess.run([build + "/tacho", "report", "--format", "json", session], stdout=subprocess.PIPE, check=True).stdout)
    stored = os.path.getsize(os.path.join(session, "spans.tacho"))
    shutil.rmtree(session)
    print("| spans lost of 5 million, a million per second on one thread | 0 | %d |" % (spans - report["processes"][0]["spans_kept"]))
    print("| bytes of a span | 6 | %.2f |" % (stored / spans))
    pairs = []
    for _ in range(rounds):
        one = {what: lines_of([build + "/tacho", "run", "-q", "-o", session, "--keep", what, "--", build + "/bench/keep", "0", "200000"])[0]
               for what in ("rings", "all") if not shutil.rmtree(session, ignore_errors=True)}
        pairs.append(one["all"]["ns_per_span"] / one["rings"]["ns_per_span"])
    shutil.rmtree(session, ignore_errors=True)
    print("| CPU time of that program, over the same without | | %.3f |" % statistics.median(pairs))


def show_reading(build, scratch, spans):
    directory = scratch + "/many"
    lines_of([build + "/bench/once", "record", directory, str(spans), "4096"])
    seconds = []
    for _ in range(11):
        seconds.append(process_ms([build + "/tacho", "report", directory], os.environ) / 1e3)
    print("\n| reading | goal | median |\n|---|---|---|")
    print("| `tacho report` of a session of {:,} spans | 0.2 s | {:.3f} s |".format(spans, statistics.median(seconds)))


def show_paths(build, scratch, spans, rounds):
    print("\n| critical paths of {:,} counted spans on 16 threads, full rings, CPU time | goal | median |\n|---|---|---|".format(spans))
    found = [lines_of([build + "/bench/paths", "%s/paths%d" % (scratch, i), "16", str(spans)])[0] for i in range(rounds)]
    for title, goal, key in [("opening the session with its single spans", "", "open_ms"), ("trees and critical paths", "200 ms with the two below", "paths_ms"),
                             ("what ten names would save, halved and left out", "", "savings_ms"), ("what could run at the same time", "", "parallel_ms")]:
        print("| %s | %s | %.1f ms |" % (title, goal, statistics.median(line[key] for line in found)))


def show_diff(build, scratch, spans):
    """Of two sessions that show_paths() left."""
    command = [build + "/tacho", "diff", "--format", "json", scratch + "/paths0", scratch + "/paths1"]
    seconds = statistics.median(process_ms(command, os.environ) / 1e3 for _ in range(11))
    print("\n| comparing | goal | median |\n|---|---|---|")
    print("| `tacho diff` of two sessions of {:,} spans on 16 threads, full rings | 1 s | {:.3f} s |".format(spans, seconds))


def show_diagnosis(build, scratch, spans):
    """Of a session that show_paths() left: everything that is concluded from it, and what is shown of that."""
    print("\n| diagnosing {:,} spans on 16 threads, full rings | goal | median | CPU time |\n|---|---|---|---|".format(spans))
    for title, words in [("`tacho report`", ["report"]), ("`tacho report --format json`", ["report", "--format", "json"]), ("`tacho explain query`", ["explain", "query"])]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = [process_ms([build + "/tacho", *words, scratch + "/paths0"], os.environ) / 1e3 for _ in range(11)]
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) / len(wall)
        print("| %s | 0.5 s | %.3f s | %.3f s |" % (title, statistics.median(wall), cpu))


def show_follow(build, rounds):
    """Of each age of the session the median of rounds."""
    found = {}
    for line in [line for _ in range(rounds) for line in lines_of([build + "/bench/follow", "1000"])]:
        found.setdefault(line["after"], []).append(line)
    print("\n| following a running session, 1,000 names, CPU time | goal | after %s |\n|---|---|%s" % (" | ".join(found), "---|" * len(found)))
    for title, goal, key, form in [("one update", "10 ms", "update_ms", "%.1f ms"), ("the dearest", "10 ms", "most_ms", "%.1f ms"),
                                   ("updates until all is said of a snapshot", "", "updates", "%.0f"), ("all of them", "", "all_ms", "%.0f ms"),
                                   ("of that, reading what is new", "", "read_ms", "%.1f ms"), ("reading all of it, once", "", "first_ms", "%.0f ms")]:
        cells = [form % statistics.median(line[key] for line in lines) for lines in found.values()]
        print("| %s | %s | %s |" % (title, goal, " | ".join(cells)))


def show_sampling(build, rounds):
    ours, theirs, kernel = [], [], []
    for _ in range(rounds):
        theirs.append(float(subprocess.run(["python3", os.path.dirname(os.path.abspath(__file__)) + "/sampling.py"], capture_output=True, text=True, check=True).stdout))
        line = lines_of([build + "/bench/sampling", "same"])[0]
        ours.append(line["us"])
        kernel.append(line["kernel_us"])
    ratio = statistics.median(b / a for a, b in zip(ours, theirs))
    print("\n| one reading, CPU time | goal | tacho | kernel's part | psutil | psutil over tacho |\n|---|---|---|---|---|---|")
    print("| CPU, memory, disks, network, own process | 40 µs, 5 × | %.1f µs | %.1f µs | %.0f µs | %.1f |" %
          (statistics.median(ours), statistics.median(kernel), statistics.median(theirs), ratio))
    tree = statistics.median(lines_of([build + "/bench/sampling", "tree", "200"])[0]["us"] for _ in range(rounds))
    print("| all that is read at each tick, a tree of 200 processes | 4 ms | %.2f ms | | | |" % (tree / 1000))
    print("\n| each source | µs | kernel's part |\n|---|---|---|")
    for line in lines_of([build + "/bench/sampling"]):
        if line["row"] != "same":
            title = "all that is read at each tick" if line["row"] == "cheap" else line["row"]
            print("| %s | %.1f | %s |" % (title, line["us"], "%.1f" % line["kernel_us"] if line["kernel_us"] and line["row"] != "cheap" else ""))


def show_shares(build, rounds):
    print("\n| a recording whose threads take turns between two spans, CPU time of the observer | goal | 1 thread | 4 | 16 |\n|---|---|---|---|---|")
    found = [[lines_of([build + "/bench/shares", str(threads)])[0] for _ in range(rounds)] for threads in (1, 4, 16)]

    def row(title, goal, key, factor, form):
        cells = [form % (factor * statistics.median(line[key] for line in lines)) for lines in found]
        print("| %s | %s | %s |" % (title, goal, " | ".join(cells)))
    row("one reading of it", "", "reading_us", 1, "%.1f µs")
    row("where its time went, in each reading besides", "", "shares_us", 1, "%.1f µs")
    row("one look at the state of all its threads", "", "looks_us", 1, "%.1f µs")
    row("looks, 50 a second, if nothing held them back", "", "looks_us", 50 / 1e4, "%.2f %% of a core")
    row("looks, as they run", "0.5 %", "looks_percent", 1, "%.2f %% of a core")


def main():
    quick = "--quick" in sys.argv
    builds = [argument for argument in sys.argv[1:] if argument != "--quick"]
    if not builds or any(not os.path.exists(build + "/bench/once") for build in builds):
        sys.exit("usage: run.py [--quick] BUILD...   (directories in which the benchmarks were built)")
    with open("/proc/cpuinfo") as cpuinfo:
        model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), "?")
    print("%s, %d cores, Linux %s; %s" % (model, os.cpu_count(), os.uname().release, time.strftime("%Y-%m-%d")))
    scratch = tempfile.mkdtemp(prefix="tacho-bench-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        show_ratios(builds, 1 if quick else 3)
        show_others(builds[0])
        show_off(builds[0])
        show_metrics(builds[0])
        show_sampling(builds[0], 3 if quick else 11)
        show_shares(builds[0], 3 if quick else 11)
        show_processes(builds[0], scratch, 21 if quick else 101)
        show_space(builds[0], scratch)
        show_keep(builds[0], scratch, 5 if quick else 21)
        if not quick:
            show_observing(builds[0], scratch, 220, 60)
            show_names(builds[0], scratch, 1000, 20)
        show_reading(builds[0], scratch, 10_000_000)
        show_exports(builds[0], scratch, 1_000_000 if quick else 5_000_000, 3)
        show_follow(builds[0], 3 if quick else 11)
        show_paths(builds[0], scratch, 10_000_000, 3 if quick else 11)
        show_diff(builds[0], scratch, 10_000_000)
        show_diagnosis(builds[0], scratch, 10_000_000)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


main()
