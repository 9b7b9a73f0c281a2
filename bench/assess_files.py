"""Time ``rapport assess`` over a file of sessions, the start of the program included.

python bench/assess_files.py SESSIONS.csv [--mapping MAPPING]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

RAPPORT = Path(sys.executable).with_name("rapport")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("sessions", type=Path)
    arguments.add_argument("--mapping", type=Path)
    arguments.add_argument("--times", type=int, default=7)
    given = arguments.parse_args()
    command = [str(RAPPORT), "assess", str(given.sessions), "--json"]
    if given.mapping:
        command += ["--mapping", str(given.mapping)]
    times = []
    for _ in range(given.times):
        began = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - began)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = (used.ru_utime + used.ru_stime) / given.times
    print(
        f"median {statistics.median(times):.2f} s, fastest {min(times):.2f} s, "
        f"processor time {cpu_s:.2f} s"
    )


if __name__ == "__main__":
    main()
