"""What the fields of commands are called where a client writes them."""

import types
from typing import Any, Union, get_args, get_origin

import msgspec

from gateway.domain.keys import Key


def input_name(name: str, hint: Any) -> str:
    """In snake case. A key is given by its id, so `run` is `run_id`, `tasks` are `task_ids`; `timeout_s` is `timeout_seconds`."""
    if not key_types(hint):
        return f"{name.removesuffix('_s')}_seconds" if name.endswith("_s") else name
    return f"{_singular(name)}_ids" if get_origin(plain(hint)) is tuple else f"{name}_id"


def _singular(name: str) -> str:
    return f"{name.removesuffix('ies')}y" if name.endswith("ies") else name.removesuffix("s")


def camel_case(name: str) -> str:
    """As the schema writes it: `timeout_s` is `timeoutSeconds`."""
    first, *others = (f"{name.removesuffix('_s')}_seconds" if name.endswith("_s") else name).split("_")
    return first + "".join(word.capitalize() for word in others)


def plain(hint: Any) -> Any:
    """Without None and UNSET; a union of keys stays one."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    left = tuple(each for each in get_args(hint) if each not in (type(None), msgspec.UnsetType))
    return left[0] if len(left) == 1 else Union[left]  # noqa: UP007 of a tuple


def key_types(hint: Any) -> tuple[type[Key], ...]:
    """The keys that a field holds, or a tuple of them; empty for other fields."""
    held = plain(hint)
    if get_origin(held) is tuple:
        held = plain(get_args(held)[0])
    options = get_args(held) if get_origin(held) in (Union, types.UnionType) else (held,)
    return options if all(isinstance(each, type) and issubclass(each, Key) for each in options) else ()


def input_path(command: type[msgspec.Struct], field: str | None) -> tuple[str, ...]:
    """The path in the mutation's arguments of a path in the command: `task.artifact` is (input, task, artifactId)."""
    if field is None:
        return ()
    path = ["input"]
    holder: Any = command
    for name in field.split("."):
        if name.isdecimal():
            arguments = get_args(plain(holder))
            path.append(name)
            holder = arguments[0] if arguments else None
        else:
            holder = _field_type(holder, name)
            path.append(camel_case(name if holder is None else input_name(name, holder)))
    return tuple(path)


def _field_type(holder: Any, name: str) -> Any:
    held = plain(holder)
    if not (isinstance(held, type) and issubclass(held, msgspec.Struct)):
        return None
    return next((field.type for field in msgspec.structs.fields(held) if field.name == name), None)
