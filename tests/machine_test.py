#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R3.1: what is sampled of this machine is what psutil says, figure by figure.  Each of tacho's readings lies between two of
psutil's, so what it counts lies between what those count; and what a program writes to a disk is counted whole."""
import os
import re
import subprocess
import sys
import tempfile
import time

from debian_module import debian_module

psutil = debian_module("psutil")

tool = os.path.join(os.environ.get("TACHO_BUILD", "build"), "tests", "sample_sample_test")
TICK = 0.01
WRITTEN_BYTES = 8 << 20
problems = []


def cpu_parts(times):
    """Seconds by what they went to; guest time is in user."""
    guest = times.guest + times.guest_nice
    system = times.system + times.irq + times.softirq
    idle = times.idle + times.iowait
    user = times.user + times.nice - guest
    return {"": user + guest + system + times.steal, "_user": user, "_system": system, "_guest": guest, "_steal": times.steal,
            "_idle": idle, "total": user + guest + system + times.steal + idle}


def theirs():
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    disks, nets = psutil.disk_io_counters(perdisk=True), psutil.net_io_counters(pernic=True)
    levels = {"system.memory": memory.total - memory.available, "system.memory_available": memory.available,
              "system.memory_total": memory.total, "system.memory_percent": memory.percent, "system.swap": swap.used,
              "system.swap_total": swap.total}
    levels |= zip(("system.load_1m", "system.load_5m", "system.load_15m"), psutil.getloadavg())
    counts = {"system.swap_in": swap.sin, "system.swap_out": swap.sout}
    for name, disk in disks.items():
        counts |= {f"system.disk_read.{name}": disk.read_bytes, f"system.disk_written.{name}": disk.write_bytes,
                   f"system.disk_busy.{name}": disk.busy_time / 1e3}
    for name, net in nets.items():
        counts |= {f"system.net_received.{name}": net.bytes_recv, f"system.net_sent.{name}": net.bytes_sent}
    sums = {"system.disk_reads": (disks, "read_count"), "system.disk_writes": (disks, "write_count"),
            "system.disk_read": (disks, "read_bytes"), "system.disk_written": (disks, "write_bytes"),
            "system.net_packets_received": (nets, "packets_recv"), "system.net_packets_sent": (nets, "packets_sent"),
            "system.net_received": (nets, "bytes_recv"), "system.net_sent": (nets, "bytes_sent")}
    for name, (devices, field) in sums.items():
        counts[name] = sum(getattr(device, field) for key, device in devices.items() if key in counted)
    cpus = {"": psutil.cpu_times()} | {f".{i}": times for i, times in enumerate(psutil.cpu_times(percpu=True))}
    return levels, counts, {key: cpu_parts(times) for key, times in cpus.items()}


def ours():
    watch.stdin.write("\n")
    watch.stdin.flush()
    words = watch.stdout.readline().split()
    return {key: float(value) for key, value in zip(words[::2], words[1::2])}


def between(what, value, low, high):
    if not low <= value <= high:
        problems.append(f"{what}: {value} is not between {low} and {high}")


def check_levels(sample, before, after):
    moves = {"system.memory": 128 << 20, "system.memory_available": 128 << 20, "system.memory_percent": 1,
             "system.load_1m": 0.01, "system.load_5m": 0.01, "system.load_15m": 0.01}
    for name in before:
        if name in sample:
            low, high = sorted((before[name], after[name]))
            between(name, sample[name], low - moves.get(name, 0) - 1e-9, high + moves.get(name, 0) + 1e-9)


def check_counts(samples, readings):
    """readings: before and after each of two samples"""
    for name in readings[0][1]:
        if name + ".total" in samples[0]:
            grown = samples[1][name + ".total"] - samples[0][name + ".total"]
            count = [reading[1][name] for reading in readings]
            between(name, grown, count[2] - count[1] - 1e-6, count[3] - count[0] + 1e-6)


def check_cpu(sample, readings):
    for key in readings[0][2]:
        parts = [reading[2][key] for reading in readings]
        # idle and iowait may go back in between, and a tick is rounded in each field
        inner, outer = parts[2]["total"] - parts[1]["total"] - 6 * TICK, parts[3]["total"] - parts[0]["total"] + 6 * TICK
        for part in ["", "_user", "_system", "_guest", "_steal", "_idle"] if not key else [""]:
            least, most = parts[2][part] - parts[1][part] - 3 * TICK, parts[3][part] - parts[0][part] + 3 * TICK
            between(f"system.cpu{part}{key}", sample[f"system.cpu{part}{key}"], 100 * least / outer, min(100.0001, 100 * most / inner))


def write_to_disk():
    """The name of the disk to which it went; None: to none that is counted."""
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(tool)) as file:
        file.write(os.urandom(WRITTEN_BYTES))
        file.flush()
        os.fsync(file.fileno())
        device = os.fstat(file.fileno()).st_dev
    path = os.path.realpath(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    return next((part for part in path.split("/") if part in counted), None)


watch = subprocess.Popen([tool, "watch", str(os.getpid())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
try:
    names = ours()
    found = [re.fullmatch(r"system\.(?:disk_read|net_sent)\.(.+)\.total", name) for name in names]
    counted = {name.group(1) for name in found if name}
    for _ in range(3):
        before = theirs()
        first = ours()
        after = theirs()
        disk = write_to_disk()
        time.sleep(1)  # for the kernel's ticks to tell more than their rounding
        before2 = theirs()
        second = ours()
        after2 = theirs()
        check_levels(second, before2[0], after2[0])
        check_counts((first, second), (before, after, before2, after2))
        check_cpu(second, (before, after, before2, after2))
        if disk:
            name = f"system.disk_written.{disk}.total"
            between(f"what was written to {disk}", second[name] - first[name], WRITTEN_BYTES, float("inf"))
    print(f"disks and interfaces that count: {', '.join(sorted(counted)) or 'none'}; "
          f"{WRITTEN_BYTES >> 20} MiB went to {disk or 'no disk that counts: left out'}")
finally:
    watch.stdin.close()
    watch.wait()
for problem in problems:
    print(problem)
sys.exit(1 if problems else 0)
