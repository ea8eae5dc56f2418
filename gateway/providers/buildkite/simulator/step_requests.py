"""Steps from what a pipeline's author sends: the text of a configuration, or the older visual steps."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gateway.providers.buildkite.simulator.steps import Step, step_row

UPLOAD: Final = Step("script", 0, None, ":pipeline: Upload", "buildkite-agent pipeline upload")
_ITEM = re.compile(r"\s*-\s+(.*)")
_PAIR = re.compile(r"""["']?([\w-]+)["']?\s*:(?:\s+(.*))?$""")
_KINDS: Final = {"block": "manual", "input": "manual", "trigger": "trigger", "command": "script", "commands": "script"}


def steps_of_text(configuration: str) -> tuple[Step, ...]:
    """The steps of plain YAML, one dash per step. What is not understood (groups, matrices, anchors) is passed over, and
    a text without any step uploads its pipeline."""
    steps: list[Step] = []
    stage = 0
    for item in _items(configuration):
        step = _step(item, stage)
        if step is not None:
            steps.append(step)
            stage += step.type in ("waiter", "manual")
    return tuple(steps) or (UPLOAD,)


def _items(text: str) -> Iterator[list[str]]:
    """The lines of each entry of `steps`, the dash taken off the first."""
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if re.match(r"\s*steps\s*:\s*$", line)), None)
    depth: int | None = None
    item: list[str] = []
    for line in lines[start + 1 :] if start is not None else []:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        found = _ITEM.match(line)
        if found is not None and depth in (None, indent):
            depth = indent
            if item:
                yield item
            item = [found[1]]
        elif depth is None or indent <= depth:
            break
        else:
            item.append(line.strip())
    if item:
        yield item


def _step(lines: Sequence[str], stage: int) -> Step | None:
    if _unquoted(lines[0]) in ("wait", "waiter"):
        return Step("waiter", stage)
    pairs: dict[str, str] = {}
    name = ""
    for line in lines:
        pair = _PAIR.match(line)
        if pair is not None:
            name = pair[1]
            pairs.setdefault(name, _unquoted(pair[2] or ""))
        elif name:
            pairs[name] = f"{pairs[name]}\n{_unquoted(line.removeprefix('- '))}"
    if "wait" in pairs:
        return Step("waiter", stage)
    kind = next((_KINDS[name] for name in _KINDS if name in pairs), None)
    label, key = pairs.get("label") or pairs.get("name") or None, pairs.get("key")
    if kind == "manual":
        return Step("manual", stage, key, pairs.get("block") or pairs.get("input") or label)
    if kind == "trigger":
        return Step("trigger", stage, key, label, target=pairs["trigger"])
    if kind is None:
        return None
    command = (pairs.get("command") or pairs.get("commands") or "").removeprefix("|").strip()
    parallel = pairs.get("parallelism", "1")
    return Step("script", stage, key, label, command, parallel=int(parallel) if re.fullmatch("[1-9][0-9]?", parallel) else 1)


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def steps_of_rows(rows: Sequence[Mapping[str, object]]) -> tuple[tuple[Step, ...], list[dict[str, object]]] | None:
    """Visual steps, and how the pipeline's row shows them; None if one is of no known type."""
    steps: list[Step] = []
    shown: list[dict[str, object]] = []
    stage = 0
    for row in rows:
        step = _visual_step(row, stage)
        if step is None:
            return None
        steps.append(step)
        known = step_row(step)
        shown.append(known | {name: value for name, value in row.items() if name in known})
        stage += step.type in ("waiter", "manual")
    return (tuple(steps), shown) if steps else None


def _visual_step(row: Mapping[str, object], stage: int) -> Step | None:
    label = row.get("label") or row.get("name")
    text = str(label) if label is not None else None
    match row.get("type"):
        case "waiter":
            return Step("waiter", stage)
        case "manual":
            return Step("manual", stage, None, text)
        case "trigger":
            return Step("trigger", stage, None, text, target=str(row.get("trigger_project_slug") or ""))
        case "script":
            return Step("script", stage, None, text, str(row.get("command") or ""))
        case _:
            return None
