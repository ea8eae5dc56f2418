"""How a mutation's input becomes a command, and a command's end a payload. One mutation per file builds on this."""

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Annotated, Any, TypeVar, cast, dataclass_transform, get_args, get_origin

import msgspec
import strawberry

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command
from gateway.domain.commands.naming import camel_case, input_name, input_path, key_types, plain
from gateway.domain.commands.performed import Performed
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import decode_id
from schema.resolvers.info import Info
from schema.types.view import argument, input_type, optional

C = TypeVar("C")
LONGEST_KEY = 255
IDEMPOTENCY_KEY = (
    "Any text of yours, up to 255 characters: the same key with the same input does it once within a day, and answers the same."
)
MOST_ITEMS = {"exclude_attributes": 256}
"""Of lists that have a bound of their own; see gateway/operations/checks.py for the others."""
CONFIRM_NAME = "The name of the {}, repeated letter by letter, because this cannot be undone."


@dataclass_transform(kw_only_default=True, field_specifiers=(argument, optional))
def input_for(command: type[Command]) -> Callable[[type[C]], type[C]]:
    """Declares a mutation's input. Its fields are those of the command, keys as ids; a test compares them.

    Every input gets `idempotencyKey`, and where something is destroyed `confirmName`.
    """

    def declare(cls: type[C]) -> type[C]:
        if command.destroys:
            cls.__annotations__["confirm_name"] = str
            cls.confirm_name = argument(CONFIRM_NAME.format(command.subject_field.replace("_", " ")))  # type: ignore[attr-defined]  # a field like the others
        cls.__annotations__["idempotency_key"] = str | None
        cls.idempotency_key = optional(IDEMPOTENCY_KEY)  # type: ignore[attr-defined]  # a field like the others
        cls.__command__ = command  # type: ignore[attr-defined]  # read by `order` and by the test
        return input_type(cls)

    return declare


def order(input_class: type, answered: Callable[[Performed, Any], Performed] | None = None) -> Callable[..., Any]:
    """The resolver of the mutation with this input. `answered` adds what its payload has to know of the command."""
    command_type: type[Command] = input_class.__command__  # type: ignore[attr-defined]  # set by `input_for`

    async def resolve(info: Info, input: Any) -> Performed:
        try:
            key = idempotency_key_of(input)
            command = cast(Command, struct_of(input, command_type, ""))
        except InvalidInputError as error:
            path = input_path(command_type, None) if error.field is None else ("input", *error.field.split("."))
            return Performed(errors=(mutation_errors.InvalidInputError(code=error.code, message=error.message, path=path),))
        performed = await info.context.mutate(command, idempotency_key=key, confirm_name=getattr(input, "confirm_name", None))
        return performed if answered is None else answered(performed, command)

    resolve.__name__ = command_type.mutation
    described = Annotated[input_class, strawberry.argument(description="What is to be done.")]  # type: ignore[valid-type]  # a type at run time
    parameters = [
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
        inspect.Parameter("input", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=described),
    ]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what strawberry reads
    resolve.__annotations__ = {each.name: each.annotation for each in parameters}
    return resolve


def struct_of(given: Any, wanted: type[msgspec.Struct], path: str) -> msgspec.Struct:
    """An input object as the struct that has its fields."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(wanted):
        name = input_name(field.name, field.type)
        value = getattr(given, name)
        shown = f"{path}.{camel_case(name)}" if path else camel_case(name)
        if value is strawberry.UNSET:
            continue
        if value is None:
            if not field.required and field.default is None:
                continue
            if type(None) not in get_args(field.type):
                if field.default is msgspec.UNSET:
                    raise InvalidInputError(f"`{shown}` cannot be emptied. Leave it out to keep it as it is.", field=shown)
                continue
        if (most := MOST_ITEMS.get(field.name)) is not None and len(value) > most:
            raise InvalidInputError(f"`{shown}` takes at most {most} entries, not {len(value)}.", field=shown)
        values[field.name] = _value(value, field.type, shown)
    return wanted(**values)


def _value(value: Any, hint: Any, path: str) -> Any:
    if value is None:
        return None
    wanted = plain(hint)
    if isinstance(value, list) and get_origin(wanted) is tuple:
        item = get_args(wanted)[0]
        return tuple(_value(each, item, f"{path}.{place}") for place, each in enumerate(value))
    if kinds := key_types(hint):
        key = decode_id(value, path)
        if type(key) not in kinds:
            allowed = " or ".join(kind.typename for kind in kinds)
            raise InvalidInputError(f"`{path}` takes an id of type {allowed}, not of {key.typename}.", field=path)
        return key
    if is_dataclass(value) and isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        return struct_of(value, wanted, path)
    if wanted == dict[str, Any] and not isinstance(value, dict):
        raise InvalidInputError(f"`{path}` must be a JSON object.", field=path)
    return value


def idempotency_key_of(given: Any) -> str | None:
    """The key in an input that has one, checked."""
    key = given.idempotency_key
    if key is strawberry.UNSET or key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInputError(
            f"`idempotencyKey` takes 1 to {LONGEST_KEY} printable characters, not only blanks.", field="idempotencyKey"
        )
    return str(key)
