#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R11.4: what says how sure it is is right as often as it says, on labelled cases with other seeds than it was fitted on."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
sys.argv[1:] = ["--cases", "4000"]

import calibrate

if __name__ == "__main__":
    sys.exit(calibrate.main())
