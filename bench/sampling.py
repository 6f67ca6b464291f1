#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""CPU time that psutil takes to read what sampling.c calls "same": all CPUs and each, memory, disks, network, and of
this process CPU, memory, threads and IO.  Prints µs."""
import os
import sys
import time

try:
    import psutil
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])  # Debian's package is for Debian's Python
    sys.exit("bench: python3-psutil is not installed (make deps)")

BURSTS, TICKS = 40, 20
own = psutil.Process()


def tick():
    psutil.cpu_times()
    psutil.cpu_times(percpu=True)
    psutil.virtual_memory()
    psutil.disk_io_counters()
    psutil.net_io_counters()
    with own.oneshot():
        own.cpu_times()
        own.memory_info()
        own.num_threads()
        own.io_counters()


def burst():
    before = time.thread_time_ns()
    for _ in range(TICKS):
        tick()
    return (time.thread_time_ns() - before) / 1e3 / TICKS


print(min(burst() for _ in range(BURSTS)))
