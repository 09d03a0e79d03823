"""Starts a command, and prints below its output what it used: seconds, seconds of processors, MiB at its peak.

python -m benchmarks.apart COMMAND ...
"""

from __future__ import annotations

import os
import sys
import time

KIB_A_MIB = 1024

if __name__ == "__main__":
    started = time.perf_counter()
    process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"{sys.argv[1:]} failed with {os.waitstatus_to_exitcode(status)}")
    print(f"\n{seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss / KIB_A_MIB}")
