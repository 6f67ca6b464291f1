#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is sampled of this machine and of a process tree is what psutil says, within what moves between two readings."""
import os
import subprocess
import sys
import time

from debian_module import debian_module

psutil = debian_module("psutil")

tool = os.path.join(os.environ.get("TACHO_BUILD", "build"), "tests", "sample_sample_test")
# A parent that burns CPU and touches 60 MB, with three children: a sleeper, a burner, and one with two more threads.
tree = subprocess.Popen([sys.executable, "-c", """
import subprocess, sys, threading, time
held = bytearray(60 << 20)
children = [subprocess.Popen([sys.executable, '-c', code]) for code in (
    'import time; time.sleep(600)',
    'while True: pass',
    'import threading, time; [threading.Thread(target=time.sleep, args=(600,), daemon=True).start() for i in (1, 2)]; time.sleep(600)')]
print('ready', flush=True)
while True:
    time.sleep(.002); sum(range(10000))
"""], stdout=subprocess.PIPE)
watch = None
problems = []


def near(what, mine, low, high, slack):
    if not min(low, high) - slack <= mine <= max(low, high) + slack:
        problems.append(f"{what}: tacho {mine}, psutil {low} and {high}, slack {slack}")


def sample():
    watch.stdin.write("\n")
    watch.stdin.flush()
    words = watch.stdout.readline().split()
    return {key: float(value) for key, value in zip(words[::2], words[1::2])}


def theirs():
    """The same figures by psutil."""
    parent = psutil.Process(tree.pid)
    processes = [parent] + parent.children(recursive=True)
    times = psutil.cpu_times()
    memory = psutil.virtual_memory()
    return {
        "process.memory": sum(p.memory_info().rss for p in processes),
        "process.count": len(processes),
        "process.threads": sum(p.num_threads() for p in processes),
        "cpu_seconds": sum(sum(p.cpu_times()[:2]) for p in processes),
        "system.memory": memory.total - memory.available,
        "system.memory_percent": memory.percent,
        "total": sum(times) - times.guest - times.guest_nice,
        "idle": times.idle + times.iowait,
        "at": time.monotonic(),
    }


try:
    tree.stdout.readline()
    time.sleep(0.7)  # until the children have started their interpreters
    watch = subprocess.Popen([tool, "watch", str(tree.pid)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    sample()
    costs = []
    for _ in range(3):
        outer = theirs()
        sample()
        inner = theirs()
        time.sleep(1)
        inner2 = theirs()
        mine = sample()
        outer2 = theirs()
        costs.append(mine["cost"])
        for key, slack in (("process.memory", 4 << 20), ("process.count", 0), ("process.threads", 0), ("system.memory", 64 << 20), ("system.memory_percent", 1)):
            near(key, mine[key], inner2[key], outer2[key], slack)
        # CPU between the two samples: not less than in the span inside them, not more than in the one around them.
        least = (inner2["cpu_seconds"] - inner["cpu_seconds"] - 0.1) / (outer2["at"] - outer["at"])
        most = (outer2["cpu_seconds"] - outer["cpu_seconds"] + 0.1) / (inner2["at"] - inner["at"])
        near("process.cpu", mine["process.cpu"], least, most, 0)
        busy = [b["total"] - a["total"] - (b["idle"] - a["idle"]) for a, b in ((inner, inner2), (outer, outer2))]
        total = [b["total"] - a["total"] for a, b in ((inner, inner2), (outer, outer2))]
        near("system.cpu", mine["system.cpu"], 100 * (busy[0] - 0.1) / total[1], 100 * (busy[1] + 0.1) / total[0], 0)
    print(f"a sample of a tree of 4 costs {min(costs) / 1000:.0f} µs")
finally:
    for process in psutil.Process(tree.pid).children(recursive=True):
        process.kill()
    tree.kill()
    tree.wait()
    if watch:
        watch.stdin.close()
        watch.wait()
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
