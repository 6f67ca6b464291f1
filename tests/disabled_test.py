#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""With -DTACHO_DISABLE every public call compiles and links without the library, in C and in C++, and does nothing."""

import os
import re
import shutil
import subprocess
import unittest

import public_headers
from tacho_case import TACHO, TachoCase

COMMON = r"""
static TACHO_SITE(site, "site");
static TACHO_COUNTER(counter, "some.counters", "");
static TACHO_WAIT(wait, "some.waits", "");
static TACHO_GAUGE(gauge, "some.gauges", "", "");
static TACHO_EVENT(event, "some.events", "");
static TACHO_TIMER(timer, "some.timers", "");
static TACHO_THROUGHPUT(throughput, "some.throughputs", "");
static TACHO_MEMORY(memory, "some.sizes", "");
static TACHO_RATIO(ratio, "some.ratios", "");
static TACHO_PERCENTAGE(percentage, "some.percentages", "");
static TACHO_DISTRIBUTION(distribution, "some.values", "", "");
static TACHO_METRIC(any, TACHO_METRIC_CUSTOM, "some.others", "", "", "");

static int of_macros(void)
{
	TACHO_SPAN(span, "span");
	TACHO_SCOPE("scope");
	TACHO_COST("cost");
	TACHO_COST_MEMORY("cost with memory");
	TACHO_COST_OF(chosen, "chosen", true);
	struct tacho_async async;
	struct tacho_metric *metrics[] = {&counter, &wait, &gauge, &event, &timer, &throughput, &memory, &ratio, &percentage,
		&distribution, &any};
	tacho_async_begin(&async, &site, NULL);
	tacho_span_attr(&span, "text", "value");
	tacho_span_attr(&span, "number", 1.5);
	tacho_async_attr(&async, "flag", true);
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
		tacho_metric_record(metrics[i], 1);
	tacho_counter_add(&counter, 1);
	tacho_async_end(&async);
	return tacho_span_fail(&span, -7);
}

int main(void)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	if (tacho_config_set(&config, "interval", "no interval") || tacho_start(&config) || tacho_is_recording())
		return 1;
	if (tacho_session_directory() || *tacho_last_error() || strcmp(tacho_version(), TACHO_VERSION))
		return 2;
	if (of_macros() != -7 || !tacho_metric_named(TACHO_METRIC_GAUGE, "a.b", NULL, NULL))
		return 3;
	tacho_stop();
	for (size_t i = 0; i < sizeof call / sizeof *call; i++)
		if (!call[i])
			return 4;
	return 0;
}
"""


def libraries_calls():
    """All functions of the headers but those that read sessions: these do nothing less for being used by such a program."""
    calls = {"tacho_span_attr_bytes", "tacho_span_failed_bytes", "tacho_async_attr_bytes", "tacho_async_failed_bytes"}
    for header in public_headers.headers():
        if header.stem != "session":
            calls |= public_headers.functions(header)
    return sorted(calls - {"tacho_span_attr", "tacho_async_attr"})  # overloads in C++, macros in C


class Disabled(TachoCase):
    def source(self):
        """Taking a call's address wants all that it refers to, also where no compiler would put it inline."""
        calls = libraries_calls()
        self.assertGreater(len(calls), 50)
        table = "".join(f"\t(void (*)(void)){call},\n" for call in calls)
        return f"#include <string.h>\n#include <tacho/tacho.h>\nstatic void (*volatile call[])(void) = {{\n{table}}};\n{COMMON}"

    def test_every_call_links_without_the_library(self):
        with open(self.path("all.c"), "w") as file:
            file.write(self.source())
        compilers = [("gcc", "c", "c17"), ("g++", "c++", "c++17")]
        if shutil.which("clang++"):
            compilers += [("clang", "c", "c17"), ("clang++", "c++", "c++17")]
        for compiler, language, standard in compilers:
            for optimise in ("-O0", "-O2"):
                program = self.path(f"{compiler}{optimise}")
                done = subprocess.run([compiler, "-x", language, f"-std={standard}", optimise, "-D_GNU_SOURCE", "-DTACHO_DISABLE",
                                       "-Wall", "-Werror", f"-I{public_headers.FOLDER.parent}", self.path("all.c"), "-o", program],
                                      capture_output=True, text=True)
                self.assertEqual((done.returncode, done.stderr), (0, ""), (compiler, optimise))
                self.assertEqual(subprocess.run([program]).returncode, 0, (compiler, optimise))

    def test_every_macro_is_used_there(self):
        used = set(re.findall(r"\w+", COMMON))
        for header in public_headers.headers():
            self.assertEqual(public_headers.macros(header) - used, set(), header)

    def test_reading_sessions_still_says_why_it_failed(self):
        with open(self.path("reads.c"), "w") as file:
            file.write("#include <stdio.h>\n#include <tacho/tacho.h>\n#include <tacho/session.h>\nint main(void)\n{\n"
                       "\tstruct tacho_session *session;\n\tint failed = tacho_session_open(&session, \"/nowhere\", NULL);\n"
                       "\tputs(tacho_last_error());\n\treturn !failed;\n}\n")
        build = os.path.dirname(TACHO)
        for library in (["-L" + build, "-ltacho-session", f"-Wl,-rpath,{build}"], [f"{build}/libtacho-session.a", "-lm", "-pthread"]):
            subprocess.run(["gcc", "-DTACHO_DISABLE", f"-I{public_headers.FOLDER.parent}", self.path("reads.c"), "-o", self.path("reads"),
                            *library], check=True)
            done = subprocess.run([self.path("reads")], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0)
            self.assertIn("/nowhere", done.stdout)


if __name__ == "__main__":
    unittest.main()
