"""Records in the vendor's own forms (a pipeline's definition, a context, a trigger) as commands; and in the mutations'.

Nothing is called here.
"""

from collections.abc import Collection, Mapping
from typing import Any, NoReturn, TypeVar

import msgspec

from gateway.domain.commands.command import Command, JsonObject
from gateway.domain.commands.from_record import command_from_record, refused
from gateway.domain.commands.integration_contexts import CreateIntegrationContext
from gateway.domain.commands.record_values import RecordValues, listed
from gateway.domain.commands.triggers import CreateTrigger
from gateway.domain.errors import InvalidInputError
from gateway.domain.keys import PipelineKey

SORTS = ("git", "cron", "helm", "registry")
RUN_ALIASES: Mapping[str, str] = {
    "sha": "commit",
    "userYamlDescriptor": "yaml",
    "noCfCache": "noVendorCache",
    "skip": "skipSteps",
    "only": "onlySteps",
}
"""The vendor's names in the body of a run -> the mutation's."""

_DEFINITION = ("version", "kind", "metadata", "spec")
_CONTEXT = {"apiVersion": "v1", "kind": "context"}
C = TypeVar("C", bound=Command)


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What a definition says of its pipeline's place: its full name, or only the last part of it. `project_id` is told where that
    alone says which project is meant; `revision` where the definition was read before.
    """

    name: str
    project_id: str | None = None


def is_definition(record: JsonObject) -> bool:
    """Whether a record is the vendor's own definition of a pipeline. The mutations' inputs have none of these."""
    return "metadata" in record or "version" in record or record.get("kind") == "pipeline"


def definition_of(record: JsonObject, used: Collection[str]) -> JsonObject:
    """A record in the vendor's form without what else was used of it."""
    unknown = [name for name in record if name not in _DEFINITION and name not in used]
    if unknown:
        raise refused("a pipeline's definition", unknown, _DEFINITION)
    return {name: value for name, value in record.items() if name in _DEFINITION and value is not None}


def named(definition: JsonObject) -> Named:
    """InvalidInputError when it does not say, or says two things. Of `project` and `projectId` the name decides."""
    metadata = _object(definition, "metadata", "")
    name, project = _text(metadata, "name", needed=True), _text(metadata, "project")
    project_id = _text(metadata, "projectId")
    if project is None:
        return Named(name=name, project_id=None if "/" in name else project_id)
    if "/" in project:
        _wrong("metadata.project", "must be the name of a project, without a slash")
    if "/" not in name:
        return Named(name=f"{project}/{name}")
    if name.rpartition("/")[0] != project:
        _wrong("metadata.project", "is another one than in `metadata.name`")
    return Named(name=name)


def check_identity(definition: JsonObject, pipeline_id: str) -> None:
    """InvalidInputError for the definition of another pipeline than the one that is to be replaced."""
    told = _object(definition, "metadata", "").get("id")
    if told not in (None, pipeline_id):
        _wrong("metadata.id", "is that of another pipeline: leave it out with `excludeAttributes`")


def context_of(record: JsonObject, provider: str, used: Collection[str]) -> CreateIntegrationContext:
    """Of the vendor's form {metadata: {name}, spec: {type, data}}, or of the mutation's; `configuration` is `data` as well."""
    fixed = {"provider": provider}
    if "metadata" not in record and "spec" not in record:
        return command_from_record(CreateIntegrationContext, record, fixed=fixed, aliases={"configuration": "data"}, used=used)
    known = (*_CONTEXT, "metadata", "spec")
    unknown = [name for name in record if name not in known and name not in used]
    if unknown:
        raise refused("a context in the vendor's form", unknown, known)
    for name, only in _CONTEXT.items():
        if record.get(name) not in (None, only):
            _wrong(name, f"must be {only!r}")
    metadata, spec = _members(record, "metadata", ("name",)), _members(record, "spec", ("type", "data"))
    values = RecordValues({"name": "metadata.name", "type": "spec.type", "data": "spec.data"})
    return CreateIntegrationContext(**values.fields(metadata | spec, CreateIntegrationContext, "", fixed))


def trigger_of(record: JsonObject, pipeline: PipelineKey | None, options: Collection[str], used: Collection[str]) -> CreateTrigger:
    """`type` says what `configuration` is; or one of `git`, `cron`, `helm` and `registry` is there itself. `pipeline` is what the
    record's attribute of this name says; without it there is a `pipelineId`.
    """
    left = {name: value for name, value in record.items() if name not in ("pipeline", "type")}
    if left.get("configuration") is None:
        left.pop("configuration", None)
    if "configuration" in left or record.get("type") is not None:
        sort = _sort(record)
        if sort not in left and "configuration" not in left:
            _wrong("configuration", f"is missing: it is an object with what a trigger of the type {sort} needs")
        aliases = {"configuration": sort}
    else:
        aliases = {}
        if not any(left.get(sort) is not None for sort in SORTS):
            _wrong("type", f"is missing: {' or '.join(sort.capitalize() for sort in SORTS)}, beside `configuration`")
    fixed = {} if pipeline is None else {"pipeline": pipeline}
    return command_from_record(CreateTrigger, left, fixed=fixed, options=options, aliases=aliases, used=used)


def _sort(record: JsonObject) -> str:
    told = record.get("type")
    sort = told.lower() if isinstance(told, str) else None
    if sort not in SORTS:
        _wrong("type", f"must be one of {', '.join(each.capitalize() for each in SORTS)}")
    return sort


def _members(record: JsonObject, name: str, known: Collection[str]) -> JsonObject:
    held = _object(record, name, "")
    unknown = [f"{name}.{each}" for each in held if each not in known]
    if unknown:
        raise refused("a context in the vendor's form", unknown, [f"{name}.{each}" for each in known])
    return held


def _object(holder: JsonObject, name: str, path: str) -> JsonObject:
    held = holder.get(name)
    if not isinstance(held, dict):
        _wrong(f"{path}{name}", "must be an object")
    return held


def _text(metadata: JsonObject, name: str, *, needed: bool = False) -> Any:
    value = metadata.get(name)
    if value is None and needed:
        _wrong(f"metadata.{name}", "is missing")
    if value is not None and (not isinstance(value, str) or not value.strip()):
        _wrong(f"metadata.{name}", "must be text that is not blank")
    return value


def _wrong(path: str, reason: str) -> NoReturn:
    raise InvalidInputError(f"{listed((path,))} {reason}.", field=f"record.{path}")
