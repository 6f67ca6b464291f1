#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R3.1, R11.5: what a control group of this machine allows stands in the report's head, its JSON and the series of a run."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

tacho = os.path.join(os.environ["TACHO_BUILD"], "tacho")
groups = [pathlib.Path("/sys/fs/cgroup", name, f"tacho-run-{os.getpid()}") for name in ("cpu", "cpuacct", "memory")]
problems = []


def enter():
    for group in groups:
        (group / "cgroup.procs").write_text(str(os.getpid()))


def same(what, found, wanted):
    if found != wanted:
        problems.append(f"{what}: {found}, not {wanted}")


def check():
    with tempfile.TemporaryDirectory() as store:
        environment = {**os.environ, "TACHO_STORE": store}
        subprocess.run([tacho, "run", "-q", "--", "sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"],
                       env=environment, preexec_fn=enter, check=True)
        report = json.loads(subprocess.run([tacho, "report", "--format", "json"], env=environment, capture_output=True, check=True).stdout)
        head = subprocess.run([tacho, "report"], env=environment, capture_output=True, text=True, check=True).stdout
    session, series = report["session"], {one["name"]: one for one in report["series"]}
    same("cpu_limit_cores", session["cpu_limit_cores"], 0.1)
    same("memory_limit_bytes", session["memory_limit_bytes"], 96 << 20)
    same("cgroup.cpu_limit", series["cgroup.cpu_limit"]["last"], 0.1)
    same("cgroup.memory_limit", series["cgroup.memory_limit"]["last"], 96 << 20)
    for words in ("(0.10 for it)", "(96.0 MiB for it)"):
        if words not in head:
            problems.append(f"the report's head does not say {words}:\n{head}")
    if not series["cgroup.throttled"]["total"] > 0:
        problems.append(f"a loop under a quota was not throttled: {series['cgroup.throttled']}")
    if not 0 < series["cgroup.cpu"]["total"] < 60:
        problems.append(f"the group's CPU time: {series['cgroup.cpu']}")


try:
    for group in groups:
        group.mkdir()
    (groups[0] / "cpu.cfs_quota_us").write_text("10000")
    (groups[2] / "memory.limit_in_bytes").write_text(str(96 << 20))
    sound = True
except OSError as error:
    print(f"skipped: control groups of version 1 cannot be made here: {error}")
    sound = False
try:
    if sound:
        check()
finally:
    for group in groups:
        while group.is_dir():
            try:
                group.rmdir()
            except OSError:  # the kernel lets go of an ended process a moment later
                os.sched_yield()
for problem in problems:
    print(problem)
sys.exit(77 if not sound else 1 if problems else 0)
