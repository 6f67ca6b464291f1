#!/bin/bash
# SPDX-License-Identifier: MIT
# A library with call sites is unloaded and loaded again, also under valgrind: names live on, nothing of it is touched.
# And a goto past a span does not compile where gcc is asked to warn.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
flags=(-D_GNU_SOURCE -I"$top/include" -g)

cat > "$work/plugin.c" <<'C'
#include <tacho/tacho.h>
void work(int times)
{
	for (int i = 0; i < times; i++) {
		TACHO_SPAN(span, "in the plugin");
		static TACHO_COUNTER(calls, "plugin.calls", "Calls of the plugin");
		static TACHO_DISTRIBUTION(turns, "plugin.turns", NULL, "Turns of its loop");
		tacho_counter_add(&calls, 1);
		tacho_distribution_record(&turns, i);
		tacho_span_attr(&span, "i", i);
		tacho_phase_begin("by name in the plugin");
		tacho_span_end_named("by name in the plugin");
		struct tacho_async async;
		static TACHO_SITE(site, "async in the plugin");
		tacho_async_begin(&async, &site, NULL);
		tacho_async_end(&async);
	}
}
C
cat > "$work/host.c" <<'C'
#include <dlfcn.h>
#include <stdio.h>
#include <tacho/tacho.h>
int main(int argc, char **argv)
{
	struct tacho_config config = TACHO_CONFIG_INIT;
	config.directory = argv[2];
	config.no_observer = true;
	if (argc < 3 || tacho_start(&config)) {
		fprintf(stderr, "%s\n", tacho_last_error());
		return 1;
	}
	for (int i = 0; i < 20; i++) {
		TACHO_SCOPE("in the host");
		void *plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
		if (!plugin) {
			fprintf(stderr, "%s\n", dlerror());
			return 1;
		}
		((void (*)(int))dlsym(plugin, "work"))(10);
		dlclose(plugin);
	}
	tacho_stop();
	return 0;
}
C
"$cc" "${flags[@]}" -O2 -fPIC -shared "$work/plugin.c" -o "$work/plugin.so" -L"$TACHO_BUILD" -ltacho
"$cc" "${flags[@]}" -O2 "$work/host.c" -o "$work/host" -L"$TACHO_BUILD" -ltacho -ldl
export LD_LIBRARY_PATH=$TACHO_BUILD TACHO_STORE=$work/store

check() {
	"$TACHO_BUILD/tacho" report --format json "$1" > "$work/report.json"
	python3 - "$work/report.json" <<'P'
import json, sys
report = json.load(open(sys.argv[1]))
names = {n["name"]: n["count"] for n in report["names"]}
metrics = {m["name"]: (m["count"], m["help"]) for m in report["metrics"]}
if metrics != {"plugin.calls": (200, "Calls of the plugin"), "plugin.turns": (200, "Turns of its loop")}:
    sys.exit("counted %s" % metrics)
wanted = {"in the host": 20, "in the plugin": 200, "by name in the plugin": 200, "async in the plugin": 200}
if names != wanted:
    sys.exit("counted %s" % names)
P
}

mkdir "$work/plain" "$work/checked"
"$work/host" "$work/plugin.so" "$work/plain"
check "$work/plain"
if command -v valgrind > /dev/null; then
	valgrind --quiet --error-exitcode=99 "$work/host" "$work/plugin.so" "$work/checked"
	check "$work/checked"
else
	echo "skipped: valgrind is not installed, so that no access to unloaded memory would be seen"
fi

cat > "$work/past.c" <<'C'
#include <tacho/tacho.h>
int past(int early)
{
	if (early)
		goto out;
	TACHO_SCOPE("skipped");
out:
	return early;
}
C
if "$cc" --version | grep -qi "free software"; then
	if "$cc" "${flags[@]}" -Wjump-misses-init -Werror -c "$work/past.c" -o "$work/past.o" 2> "$work/said"; then
		echo "a goto past a span gave no warning"
		exit 1
	fi
	grep -q "jump-misses-init" "$work/said"
fi
