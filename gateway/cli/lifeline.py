"""Ends a child process when its parent is gone, however the parent went."""

import os
import signal
import sys
import threading


def end_with_standard_input() -> None:
    """SIGTERM to this process once standard input is closed. The parent holds the other end and never writes."""
    threading.Thread(target=_wait, args=(sys.stdin.fileno(),), name="lifeline", daemon=True).start()


def _wait(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
