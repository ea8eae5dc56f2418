"""Functions as operators write them, good and bad. They run in the process for transforms."""

import os
import re
import subprocess
import sys
import time


def wrap_by_id(records):
    return {str(record["id"]): record for record in records}


def as_they_are(records):
    return records


def count(records):
    return len(records)


def raises(records):
    raise ValueError(f"no branch in {records[0]}")


def raises_at_length(_):
    raise KeyError("x" * 1000)


class _UnspeakableError(Exception):
    def __str__(self):
        raise RuntimeError


def raises_what_cannot_be_told(_):
    raise _UnspeakableError


def exits(_):
    sys.exit("done")


def vanishes(_):
    os._exit(3)


def not_a_number(_):
    return {"value": float("nan")}


def infinite(_):
    return [float("inf")]


def a_set(_):
    return {1, 2}


def half_a_character(_):
    return "\ud800"


def in_circles(_):
    value = []
    value.append(value)
    return value


def too_deep(_):
    value = []
    for _ in range(100_000):
        value = [value]
    return value


def too_much(_):
    return "x" * (33 * 1024 * 1024)


def nothing(_):
    return None


def loops(_):
    while True:
        pass


def never_lets_go(_):
    """A regular expression that takes for ever, in one call that holds the interpreter."""
    return bool(re.fullmatch(r"(a|aa)+b", "a" * 200))


def sleeps(_):
    time.sleep(0.1)
    return "slept"


def prints(records):
    print('{"type":"result","content":"printed"}')
    print("to the error output", file=sys.stderr)
    os.write(1, b"by the descriptor\n")
    subprocess.run(["echo", "by a child"], check=True)  # noqa: S607
    sys.__stdout__.flush()
    return records


def reads(_):
    return [sys.stdin.read(), os.read(0, 10).decode()]


def environment(_):
    return dict(os.environ)


def modules(_):
    return [os.getpid(), "httpx" in sys.modules]


def starts_another(_):
    child = subprocess.Popen(["sleep", "60"])  # noqa: S607
    return [os.getpid(), child.pid]


not_a_function = 5
