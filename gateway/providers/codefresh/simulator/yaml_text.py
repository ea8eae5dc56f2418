"""The little that the simulator reads out of pipeline YAML, without a YAML parser: block style with indented steps."""

import re

APPROVAL_TYPE = "pending-approval"

_STEPS = re.compile(r"^steps:[ \t]*(\{\})?[ \t]*$", re.MULTILINE)
_NAME = re.compile(r"^(\s+)([\w .-]+):", re.MULTILINE)
_APPROVAL = re.compile(rf"^\s+type:\s*['\"]?{APPROVAL_TYPE}['\"]?\s*$", re.MULTILINE)


def has_steps(text: str) -> bool:
    return _STEPS.search(text) is not None


def step_names(text: str) -> tuple[str, ...]:
    """In order; empty without a block of steps."""
    start = _STEPS.search(text)
    if start is None:
        return ()
    names: list[str] = []
    depth: str | None = None
    for line in text[start.end() :].splitlines():
        if line.strip() and not line[0].isspace():
            break
        found = _NAME.match(line)
        if found is not None and depth in (None, found[1]):
            depth = found[1]
            names.append(found[2])
    return tuple(names)


def asks_approval(text: str) -> bool:
    return _APPROVAL.search(text) is not None
