"""How a record (a JSON object) becomes a command."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from gateway.domain.commands.command import Command, JsonObject
from gateway.domain.commands.naming import camel_case, input_name
from gateway.domain.commands.record_values import RecordValues, listed, readable
from gateway.domain.errors import InvalidInputError

C = TypeVar("C", bound=Command)
OPTIONS = "vendorOptions"


def command_from_record(
    command_type: type[C],
    record: JsonObject,
    *,
    fixed: Mapping[str, Any],
    options: Collection[str] = frozenset(),
    aliases: Mapping[str, str] = {},
    used: Collection[str] = frozenset(),
) -> C:
    """The command of this type whose fields have the values of the record's attributes; as yet unchecked.

    Attributes are named as fields of the mutation's input are: camelCase, keys as ids (`projectId`). `fixed` are fields of the
    command by its own names, with values that come from elsewhere: the record may not have them. `aliases` leads from a vendor's
    name for an attribute to the input's; with a dot to a member (`pull_request_id` to `pullRequest.number`). What the command does
    not know goes into `vendor_options` if `options` has its name; else it is left out if `used` has it; else it is refused.

    Beside what the schema takes: variables and other names with texts as an object, whose numbers and booleans become text, or
    as a list with `key` in place of `name`; times also as seconds since 1970. null is as if not given; it empties in commands
    that update. InvalidInputError, with `field` "record.ATTRIBUTE", for all else.
    """
    fields = {camel_case(input_name(each.name, each.type)): each for each in msgspec.structs.fields(command_type)}
    settled = frozenset(name for name, field in fields.items() if field.name in fixed)
    known = fields.keys() - settled
    given: JsonObject = {}
    vendor: JsonObject = {}
    renamed: dict[str, str] = {}
    unknown: list[str] = []
    # Members go last, into the object that they are members of.
    for name, value in sorted(record.items(), key=lambda each: "." in aliases.get(each[0], "")):
        path = aliases.get(name, name)
        top = path.partition(".")[0] if name in aliases else name
        if top in known:
            _put(given, renamed, path, name, value)
        elif name in options:
            vendor[name] = value
        elif top in settled and name not in used:
            message = f"`{readable(name)}` is settled by the destination: leave it out with `excludeAttributes`."
            raise InvalidInputError(message, field=f"record.{readable(name)}")
        elif name not in used:
            unknown.append(name)
    if unknown:
        raise refused(command_type.mutation, unknown, [*sorted(known), *sorted(aliases), *sorted(options)])
    values = RecordValues(renamed)
    made = values.fields(given, command_type, "", fixed)
    if vendor:
        # Where nothing can be emptied, null says as little as an attribute that is left out.
        updates = any(field.default is msgspec.UNSET for field in fields.values())
        _add_options(made, {name: value for name, value in vendor.items() if updates or value is not None})
    return command_type(**made)


def refused(what: str, unknown: Sequence[str], known: Collection[str] = ()) -> InvalidInputError:
    """Nothing of a record is dropped unseen: whoever sends it can leave attributes out. `what` is done with the record."""
    allowed = f"It takes {', '.join(f'`{name}`' for name in known)}" if known else "It takes nothing of the record"
    message = f"{what} takes no {listed(unknown)}. {allowed}; leave other attributes out with `excludeAttributes`."
    return InvalidInputError(message, field=f"record.{readable(unknown[0])}")


def _put(given: JsonObject, renamed: dict[str, str], path: str, name: str, value: Any) -> None:
    """An attribute at its place in the input; InvalidInputError when another one is there already."""
    top, _, member = path.partition(".")
    held = given.get(top)
    if member and value is None:
        return
    if not member:
        taken = top in given
        given[top] = value
    else:
        taken = held is not None and (not isinstance(held, dict) or member in held)
        given[top] = {**(held or {}), member: value} if not taken else held
    if taken:
        other = RecordValues(renamed).shown(path)
        message = f"`{readable(other)}` and `{readable(name)}` of the record mean the same. Give one of them."
        raise InvalidInputError(message, field=f"record.{readable(name)}")
    renamed[path] = name


def _add_options(made: dict[str, Any], vendor: JsonObject) -> None:
    both = dict(made.get("vendor_options") or {})
    twice = [name for name in vendor if name in both]
    if twice:
        message = f"{listed(twice)} of the record {'is' if len(twice) == 1 else 'are'} in its `{OPTIONS}` too. Give one of them."
        raise InvalidInputError(message, field=f"record.{readable(twice[0])}")
    if both or vendor:
        made["vendor_options"] = both | vendor
