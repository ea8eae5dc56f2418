"""Who runs on which core, and how much CPU time a process has used."""

import os
from pathlib import Path

GATEWAY, OTHERS = 0, -1
"""Places in the list of cores that this process may use: the gateways have the first, all else the last."""


def pin(pid: int, place: int) -> None:
    """Keeps a process (0: this one) on one core, where the system can and there are two."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(_ALLOWED)
    if len(cores) > 1:
        os.sched_setaffinity(pid, {cores[place]})


def cpu_ms(pid: int) -> float | None:
    """CPU time of all its threads so far; None where the system does not tell."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e6
    except OSError:
        return None


_ALLOWED = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
