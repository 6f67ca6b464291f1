# SPDX-License-Identifier: MIT
"""psutil, for tests that hold figures against it; where there is none they say so and are skipped."""
import os
import sys

try:
    import psutil
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])  # Debian's package is for Debian's Python
    print("skipped: python3-psutil is not installed")
    sys.exit(77)
