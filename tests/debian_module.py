# SPDX-License-Identifier: MIT
"""Modules of Debian's packages, for tests that hold tacho against what others wrote; without the package they are skipped."""
import importlib
import os
import sys


def debian_module(name):
    """The module of the package python3-NAME, which is for Debian's own Python."""
    try:
        return importlib.import_module(name)
    except ImportError:
        if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
            os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
        print(f"skipped: python3-{name} is not installed")
        sys.exit(77)
