# SPDX-License-Identifier: MIT
"""What the public headers offer to programs: calls and macros, without what stands behind them."""

import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "include/tacho"
BEHIND = re.compile(r"_called$|_slow$|_bytes$|_(put|try|carry|cell|unit|here|word|string|recorded|failed|linked|identity|inline)$"
                    r"|^tacho_(span|async)_attr_|^tacho_attribute_|^tacho_(is_off|ticks|ticks_to_ns|publish|order|rare)$|_$|^TACHO_JOIN$")


def headers():
    """Every header that has calls for programs; hot.h and layout.h are what they are made of."""
    return sorted(path for path in FOLDER.glob("*.h") if path.stem not in ("hot", "layout", "disabled"))


def functions(header):
    found = re.findall(r"^(?:TACHO_API|TACHO_INLINE|static inline)[^;{=]*?\b(tacho_\w+)\(", header.read_text(), re.M)
    return {name for name in found if not BEHIND.search(name)}


def macros(header):
    found = re.findall(r"^#define (TACHO_[A-Z_]+|tacho_\w+)\(", header.read_text(), re.M)
    return {name for name in found if not BEHIND.search(name)}
