#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A span of tacho.hpp is the code of a C span and, where there are exceptions, two reads of their number; nothing of it is
# called that the C form does not call.  Its attributes are those of C.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cat >"$place/both.cc" <<'END'
#include <tacho/tacho.hpp>
void work();
extern "C" void of_cpp()
{
	TACHO_CPP_SPAN(span, "x");
	work();
}
extern "C" void of_c()
{
	TACHO_SPAN(span, "x");
	work();
}
extern "C" void attributes_cpp(tacho::span &span, int n, double x, const char *text)
{
	span.attr("number", n).attr("real", x).attr("text", text).attr("literal", "of four");
}
extern "C" void attributes_c(struct tacho_span *span, int n, double x, const char *text)
{
	tacho_span_attr(span, "number", n);
	tacho_span_attr(span, "real", x);
	tacho_span_attr(span, "text", text);
	tacho_span_attr(span, "literal", "of four");
}
END

# instructions FUNCTION: of all it has, but for what runs only while an exception is under way
instructions() {
	objdump -d --no-show-raw-insn --disassemble="$1" "$place/both.o" | grep -c '^ *[0-9a-f]*:'
}
calls() { # of a section of its own: objdump shows relocations of what lies before a function too
	objdump -dr --no-show-raw-insn --section=".text.$1" "$place/both.o" | grep -o 'R_X86_64_PLT32.*' | awk '{ print $2 }' |
		grep -v 'find_thread_exceptions\|left_by_exception\|clang_call_terminate' | sort -u
}

[ "$(uname -m)" = x86_64 ] || { echo "skipped: the names of relocations are those of x86_64"; exit 77; }
for compiler in g++ clang++; do
	command -v "$compiler" >/dev/null || continue
	for more in "-fexceptions 24 40" "-fno-exceptions 4 4"; do
		read -r exceptions gcc_extra clang_extra <<<"$more"
		extra=$gcc_extra
		[ "$compiler" = g++ ] || extra=$clang_extra # clang leaves the landing pad in place, with the checks of an end of its own
		"$compiler" -std=c++17 -O2 -ffunction-sections "$exceptions" -Iinclude -c "$place/both.cc" -o "$place/both.o"
		cpp=$(instructions of_cpp) c=$(instructions of_c)
		echo "$compiler $exceptions: $cpp instructions, $c of the C form"
		if [ "$cpp" -gt $((c + extra)) ]; then
			echo "more than $extra beyond the C form"
			exit 1
		fi
		added=$(comm -13 <(calls of_c) <(calls of_cpp))
		if [ -n "$added" ]; then
			echo "calls what the C form does not: $added"
			exit 1
		fi
		if [ "$(instructions attributes_cpp)" -gt $(($(instructions attributes_c) + 8)) ] || ! diff <(calls attributes_c) <(calls attributes_cpp); then
			echo "attributes: $(instructions attributes_cpp) instructions, $(instructions attributes_c) of the C form"
			exit 1
		fi
	done
done
# compiled out nothing is left of it, and nothing need be linked, optimised or not
"${CXX:-g++}" -std=c++17 -O2 -DTACHO_DISABLE -Iinclude -c "$place/both.cc" -o "$place/both.o"
[ "$(instructions of_cpp)" -le 3 ] && ! nm "$place/both.o" | grep -q 'tacho'
cat >"$place/out.cc" <<'END'
#include <string>
#include <tacho/tacho.hpp>
int main()
{
	TACHO_CPP_SPAN(span, "x");
	span.attr("text", std::string("a")).attr("number", 1).attr("real", 1.5).attr("yes", true).attr("literal", "b");
	span.fail(1, "why");
	span.fail("why");
	TACHO_CPP_COST_SPAN(cost, "cost", true);
	cost.attr("number", 1).end();
	TACHO_SPAN(c, "c");
	tacho_span_attr(&c, "text", std::string("a"));
	try {
		tacho::run(TACHO_CPP_SITE("run"), [] { throw 1; });
	} catch (int) {
		span.fail_caught();
	}
	return span.recording() || span.failed();
}
END
for optimise in -O0 -O2; do
	"${CXX:-g++}" -std=c++17 $optimise -DTACHO_DISABLE -Iinclude "$place/out.cc" -o "$place/out"
	"$place/out"
done
