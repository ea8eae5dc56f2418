"""YAML that somebody wants to save as a pipeline's definition. It is read piece by piece, and nothing is built of it: so aliases
and nesting cost no more than their text.
"""

from collections.abc import Iterator

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # fifty times as fast, where it was built in


class YamlTextError(ValueError):
    """Not such a text; says why."""


def check_yaml(text: str, deepest: int) -> None:
    """YamlTextError unless it is a mapping or a list with no more levels than `deepest`."""
    depth = pieces = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            pieces += 1
            if pieces == 3 and not isinstance(event, yaml.CollectionStartEvent):
                raise YamlTextError("must be a YAML mapping or list")
            depth += _step(event)
            if depth > deepest:
                raise YamlTextError(f"has more than {deepest} levels")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise YamlTextError(f"is no YAML: {error.problem or 'it cannot be read'}{where}") from None
    except yaml.YAMLError:
        raise YamlTextError("is no YAML") from None
    if pieces <= 3:
        raise YamlTextError("must be a YAML mapping or list")


def top_names(text: str) -> frozenset[str]:
    """The names in the mapping that it is; none when it is anything else, or no YAML."""
    try:
        return frozenset(_top_names(text))
    except yaml.YAMLError:
        return frozenset()


def _top_names(text: str) -> Iterator[str]:
    depth = 0
    is_name = True
    for place, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if place == 2 and not isinstance(event, yaml.MappingStartEvent):
            return
        if depth == 1 and isinstance(event, yaml.NodeEvent):
            if is_name and isinstance(event, yaml.ScalarEvent):
                yield event.value
            is_name = not is_name
        depth += _step(event)


def _step(event: yaml.Event) -> int:
    return isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
