#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes src/format/grid.c: 256 words that turn a whole number of ns into its bucket of schema 7 (grid in seconds).
With --values, src/format/value_grid.c: the same for floating point values, whose grid is 2^(i/128) of their own unit.
With --bounds, src/stats/octave.c: the bounds of the octave that begins at 1 s, in ns.

Bucket bounds are 2^(i/128) seconds.  There are 128 to every octave, so in every octave of ns they lie at the same
mantissas.  A slot is 1/256 of an octave, narrower than any bucket, so it holds one bound at most.  A word is the first
bound at or above the slot's low edge, as a 64-bit mantissa with its top bit set, its low 8 bits replaced by the number
of bounds below the slot.  What is lost is 2^-55 relative; the nearest whole ns below 2^36 is 3.3e-14 away from any bound,
so the compare stays exact.  Doubles have 11 zero bits below their mantissa, so for them it always is."""
import sys
from decimal import Decimal, getcontext

getcontext().prec = 60
LN2 = Decimal(2).ln()


def mantissas():
    """The 129 bounds from one octave, as mantissas of 64 bits."""
    position = Decimal(10**9).ln() / LN2 * 128  # of 1 s on the grid, in buckets above 1 ns
    offset = position - int(position)
    return [int(((j + offset) / 128 * LN2).exp() * 2**63) for j in range(129)], -int(position)


def words(bounds):
    for slot in range(256):
        low = 2**63 + slot * 2**55
        below = sum(bound < low for bound in bounds)
        yield (min(bounds[below], 2**64 - 1) & ~255) | below


def show(name, table):
    print("/* clang-format off */")
    print("const uint64_t %s[256] = {" % name)
    for i in range(0, 256, 4):
        print("\t" + " ".join("0x%016x," % word for word in table[i:i + 4]))
    print("};")


def values():
    """Bounds at 2^(j/128): an octave begins with a bound."""
    print("/* SPDX-License-Identifier: MIT")
    print(" * Written by tools/mkgrid.py --values, which says what the words mean. */")
    print("#include <tacho/metric.h>")
    print()
    show("tacho_value_grid", list(words([int((Decimal(j) / 128 * LN2).exp() * 2**63) if 0 < j < 128 else 2**63 << j // 128 for j in range(129)])))


def octave():
    print("/* SPDX-License-Identifier: MIT")
    print(" * Written by tools/mkgrid.py --bounds. */")
    print('#include "stats/octave.h"')
    print()
    print("/* clang-format off */")
    print("const double tc_octave_ns[TC_OCTAVE_CELLS] = {")
    bounds = [float(Decimal(10**9) * (Decimal(j) / 128 * LN2).exp()).hex() for j in range(128)]
    for i in range(0, 128, 4):
        print("\t" + " ".join("%s," % bound for bound in bounds[i:i + 4]))
    print("};")


def main():
    bounds, first = mantissas()
    # 1 ns is at or below the first bound of its octave, so its cell is 1; its Prometheus index is `first`.
    table = list(words(bounds))
    print("/* SPDX-License-Identifier: MIT")
    print(" * Written by tools/mkgrid.py, which says what the words mean. */")
    print('#include "format/grid.h"')
    print()
    print("_Static_assert(TC_PROMETHEUS_OFFSET == %d, \"grid.h fits the table\");" % (first - 1))
    print()
    show("tacho_grid", table)


if sys.argv[1:] == ["--values"]:
    values()
elif sys.argv[1:] == ["--bounds"]:
    octave()
else:
    main()
