"""What a pipeline's definition is called at the vendor, and what can be told to be wrong with it before it is sent."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.pipelines import CreatePipeline, UpdatePipeline
from gateway.domain.errors import InvalidInputError

MEMBERS: Mapping[str, str] = {
    "name": "name",
    "slug": "slug",
    "description": "description",
    "repository": "repository",
    "default_branch": "default_branch",
    "branch_filter": "branch_configuration",
    "tags": "tags",
    "cluster": "cluster_id",
    "yaml": "configuration",
}
"""Fields of the commands, with the vendor's names."""

OPTIONS = frozenset(
    {
        *("allow_rebuilds", "cancel_running_branch_builds", "cancel_running_branch_builds_filter", "clone_mirror_url", "color"),
        *("default_command_step_timeout", "emoji", "env", "maximum_command_step_timeout", "pipeline_template_uuid"),
        *("provider_settings", "skip_queued_branch_builds", "skip_queued_branch_builds_filter", "steps", "teams", "team_uuids"),
        "visibility",
    }
)
"""Members of the body that have no field of their own (docs: Pipelines)."""

FIELDS: Mapping[str, str] = {vendor: name for name, vendor in MEMBERS.items()} | dict.fromkeys(OPTIONS, "vendor_options")

_SLUG = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,99}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_VISIBILITIES = ("private", "public")


def body_of(command: CreatePipeline | UpdatePipeline) -> JsonObject:
    """What was given, by the vendor's names, with the options among it. InvalidInputError for what the vendor would refuse."""
    body: JsonObject = {}
    given = command.given() | ({"name": command.name} if isinstance(command, CreatePipeline) else {})
    for name, vendor in MEMBERS.items():
        if name in given:
            body[vendor] = _value(name, given[name])
    options = command.vendor_options or {}
    _check_slug(body.get("slug"))
    _check_options(options)
    return body | options


def check_definition(body: JsonObject, *, yaml: bool) -> None:
    """InvalidInputError for members that the vendor would silently drop beside YAML. `yaml`: the pipeline has, or gets, one."""
    if not yaml:
        return
    if "env" in body:
        message = "`vendorOptions.env` means nothing to a pipeline whose definition is YAML. Put `env` into the YAML."
        raise InvalidInputError(message, field="vendor_options.env")
    if "steps" in body:
        message = "`vendorOptions.steps` means nothing to a pipeline whose definition is YAML. Give `yaml`."
        raise InvalidInputError(message, field="vendor_options.steps")


def differs(body: JsonObject, row: Mapping[str, msgspec.Raw]) -> bool:
    """Whether the pipeline would be another one. What its row does not show counts as different; the rest of it stays unread."""
    return any(name not in row or not _same(value, row[name]) for name, value in body.items())


def _same(wanted: Any, raw: msgspec.Raw) -> bool:
    found = msgspec.json.decode(raw)
    return bool(wanted == found) or (wanted == [] and found is None)  # no tags are shown as null


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "tags":
        return list(value)
    return value.parts[-1] if name == "cluster" else value


def _check_slug(slug: str | None) -> None:
    if slug is not None and not _SLUG.fullmatch(slug):
        message = "`slug` takes up to 100 letters, digits and '-', and begins with a letter or digit."
        raise InvalidInputError(message, field="slug")


def _check_options(options: JsonObject) -> None:
    color, visibility = options.get("color"), options.get("visibility")
    if color is not None and not (isinstance(color, str) and _COLOR.fullmatch(color)):
        raise InvalidInputError("`vendorOptions.color` must be like #14CC80.", field="vendor_options.color")
    if visibility is not None and visibility not in _VISIBILITIES:
        message = f"`vendorOptions.visibility` must be one of {', '.join(_VISIBILITIES)}."
        raise InvalidInputError(message, field="vendor_options.visibility")
