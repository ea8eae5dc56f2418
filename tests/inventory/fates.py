"""What became of an entry of a vendor's interface. Each fate knows how to check itself and how the page tells it.

An entry is an operation, a field or a feature. Paths are those of `schema_paths.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import ClassVar, Protocol, get_args

from graphql import GraphQLSchema
from typer.main import get_command

from gateway.cli.main import app
from gateway.settings import sections
from tests.inventory.account_settings import account_settings
from tests.inventory.demonstration import methods_at
from tests.inventory.route_codes import codes_at
from tests.inventory.schema_paths import is_path, leads_somewhere

ROOT = Path(__file__).parents[2]
LONGEST_REASON = 110
COMMAND_LINES = get_command(app).commands  # type: ignore[attr-defined]  # a group


class Progress(Enum):
    """How far an entry is, in the words of the counts."""

    COVERED = "covered"
    LEFT_OUT = "left out"
    GAP = "gap"


class Fate(Protocol):
    """Compared by value: neighbours with the same fate are told together."""

    @property
    def progress(self) -> Progress: ...

    def complaints(self, schema: GraphQLSchema) -> Iterator[str]:
        """What is not so; nothing when all is."""
        ...

    def told(self) -> str:
        """In Markdown. What the schema lacks is not set as code: code is checked against it."""
        ...


Fates = Mapping[str, Fate]
Objects = Mapping[str, Fates]
"""Vendor's object -> its field -> what became of it. Parameters of a call stand under the call's name."""


@dataclass(frozen=True, init=False)
class Shown:
    """A client finds it at these paths: reads it there, or calls it. What is given as well as read has inputs among them."""

    progress: ClassVar = Progress.COVERED
    paths: tuple[str, ...]

    def __init__(self, *paths: str) -> None:
        object.__setattr__(self, "paths", paths)

    def complaints(self, schema: GraphQLSchema) -> Iterator[str]:
        yield from _missing(self.paths, schema)

    def told(self) -> str:
        return _code(self.paths)


@dataclass(frozen=True, init=False)
class Argument:
    """A client gives it, at these paths."""

    progress: ClassVar = Progress.COVERED
    paths: tuple[str, ...]

    def __init__(self, *paths: str) -> None:
        object.__setattr__(self, "paths", paths)

    def complaints(self, schema: GraphQLSchema) -> Iterator[str]:
        yield from _missing(self.paths, schema)
        yield from (f"{path} is no argument" for path in self.paths if "(" not in path)

    def told(self) -> str:
        return _code(self.paths)


@dataclass(frozen=True)
class Setting:
    """An operator gives it: a key of `[[providers]]` of that kind. `value`: one of those that the key allows."""

    progress: ClassVar = Progress.COVERED
    kind: str
    key: str
    value: str | None = None

    def complaints(self, _: GraphQLSchema) -> Iterator[str]:
        field = account_settings(self.kind).model_fields.get(self.key)
        if field is None:
            yield f"[[providers]] of kind {self.kind} has no key {self.key}"
        elif self.value is not None and self.value not in get_args(field.annotation):
            yield f"{self.key} cannot be {self.value}"

    def told(self) -> str:
        given = f' = "{self.value}"' if self.value else ""
        return f"setting `{self.key}{given}` of kind {self.kind}"


@dataclass(frozen=True)
class SectionSetting:
    """An operator gives it: a key of a table of the configuration that is no vendor's."""

    progress: ClassVar = Progress.COVERED
    section: str
    key: str

    def complaints(self, _: GraphQLSchema) -> Iterator[str]:
        table = sections().get(self.section)
        if table is None or self.key not in table.model_fields:
            yield f"[{self.section}] has no key {self.key}"

    def told(self) -> str:
        return f"setting `{self.key}` of `[{self.section}]`"


@dataclass(frozen=True)
class Route:
    """A client posts to this path, without GraphQL. `code`: an error that it answers with."""

    progress: ClassVar = Progress.COVERED
    path: str
    code: str | None = None

    def complaints(self, _: GraphQLSchema) -> Iterator[str]:
        if "POST" not in methods_at(self.path):
            yield f"{self.path} takes no POST"
        elif self.code is not None and self.code not in codes_at(self.path):
            yield f"{self.code} is not answered at {self.path}"

    def told(self) -> str:
        return f"`POST {self.path}`" + (f", error `{self.code}`" if self.code else "")


@dataclass(frozen=True)
class Inside:
    """The gateway sees to it in this file, and no client notices."""

    progress: ClassVar = Progress.COVERED
    file: str

    def complaints(self, _: GraphQLSchema) -> Iterator[str]:
        if not (ROOT / self.file).is_file():
            yield f"{self.file} is not there"

    def told(self) -> str:
        return f"inside: `{self.file}`"


@dataclass(frozen=True)
class CommandLine:
    """Somebody types this command of `cicd-gateway`."""

    progress: ClassVar = Progress.COVERED
    name: str

    def complaints(self, _: GraphQLSchema) -> Iterator[str]:
        if self.name not in COMMAND_LINES:
            yield f"cicd-gateway has no command {self.name}"

    def told(self) -> str:
        return f"`cicd-gateway {self.name}`"


@dataclass(frozen=True, init=False)
class Together:
    """Several of these cover it."""

    progress: ClassVar = Progress.COVERED
    fates: tuple[Fate, ...]

    def __init__(self, *fates: Fate) -> None:
        object.__setattr__(self, "fates", fates)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for fate in self.fates for path in getattr(fate, "paths", ()))

    def complaints(self, schema: GraphQLSchema) -> Iterator[str]:
        if len(self.fates) < 2:
            yield "names fewer than two fates"
        for fate in self.fates:
            if fate.progress is not Progress.COVERED:
                yield f"{fate.told()} covers nothing"
            yield from fate.complaints(schema)

    def told(self) -> str:
        return ", ".join(fate.told() for fate in self.fates)


@dataclass(frozen=True)
class LeftOut:
    """It has no place here. `reason` is one short sentence."""

    progress: ClassVar = Progress.LEFT_OUT
    reason: str

    def complaints(self, _: GraphQLSchema) -> Iterator[str]:
        if len(self.reason) > LONGEST_REASON or not self.reason.endswith(".") or ". " in self.reason:
            yield "the reason is not one short sentence"

    def told(self) -> str:
        return f"left out: {self.reason}"


@dataclass(frozen=True)
class Gap:
    """Users would look for it at this path, where it is missing."""

    progress: ClassVar = Progress.GAP
    path: str

    def complaints(self, schema: GraphQLSchema) -> Iterator[str]:
        if not is_path(self.path):
            yield f"{self.path} is no path"
        elif leads_somewhere(schema, self.path):
            yield f"{self.path} exists: it is no gap any more"

    def told(self) -> str:
        return f"**gap**: {self.path}"


def each(names: str, fate: Fate) -> dict[str, Fate]:
    """The same fate for several names, which are parted by blanks."""
    return dict.fromkeys(names.split(), fate)


def inputs(mutations: str, names: str) -> dict[str, Fate]:
    """For each name, the members of that name of the inputs of these mutations."""
    return {name: Argument(*given(mutations, name)) for name in names.split()}


def given(mutations: str, member: str) -> tuple[str, ...]:
    """The paths of a member that the inputs of several mutations have."""
    return tuple(f"Mutation.{mutation}(input.{member})" for mutation in mutations.split())


def _missing(paths: tuple[str, ...], schema: GraphQLSchema) -> Iterator[str]:
    if not paths:
        yield "names no path"
    yield from (f"{path} is not in the schema" for path in paths if not leads_somewhere(schema, path))


def _code(paths: tuple[str, ...]) -> str:
    return ", ".join(f"`{path}`" for path in paths)
