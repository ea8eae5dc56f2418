"""A pipeline's definition with parts of it changed: pure functions over the vendor's own JSON, of which nothing else is lost."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.merging import merged
from gateway.domain.commands.pipelines import YamlLocation
from gateway.domain.errors import InvalidInputError
from gateway.domain.yaml_text import top_names
from gateway.providers.codefresh.commands.variables import to_list

CONTENT = ("description", "tags", "yaml", "yaml_location", "spec", "variables", "contexts")
"""What commands change of a definition beside its name."""
SPEC_OPTIONS = frozenset(
    (
        "mode",
        "fail_fast",
        "hooks",
        "options",
        "packId",
        "permitRestartFromFailedSteps",
        "runtimeEnvironment",
        "terminationPolicy",
        "externalResources",
        "priority",
        "concurrency",
        "branchConcurrency",
        "triggerConcurrency",
    )
)
"""Documented members of the definition's `spec` for which no command has a field."""
PIPELINE_FIELDS = {
    "name": "name",
    "tags": "tags",
    "context": "contexts",
    "contexts": "contexts",
    "variables": "variables",
    "specTemplate": "yaml_location",
    "originalYamlString": "yaml",
    "steps": "spec",
    "stages": "spec",
}
"""From the vendor's words in complaints to fields of the commands."""

_MEMBERS = ("version", "kind", "metadata", "spec")
_OF_THE_VENDOR = ("id", "accountId", "revision", "created_at", "updated_at", "name", "shortName", "project", "projectId")
# First-party code keeps these words of the YAML in the spec (terraform-provider-codefresh, resource_pipeline.go).
# ASSUMED: steps and stages are in the text always, the rest where the text has the word; disproved by a text that was saved and
# left one of them out of the spec, or put in one that it does not have.
_ONLY_IN_YAML = ("steps", "stages", "specTemplate")
_ALSO_IN_YAML = ("mode", "fail_fast", "hooks")
_SHOWN = {
    "yaml_location": "yamlLocation",
    "yaml_location.repository": "yamlLocation.repository",
    "vendor_options": "vendorOptions",
}
_REPOSITORY = re.compile(r"[^\s/:]+(/[^\s/:]+)+")


def check_content(given: Mapping[str, Any]) -> None:
    """InvalidInputError for what the vendor could not mean."""
    definition = given.get("spec") or {}
    unknown = [name for name in definition if name not in _MEMBERS]
    if unknown:
        said = ", ".join(map(repr, unknown))
        raise _wrong("spec", f"is the vendor's whole definition, with {', '.join(_MEMBERS)}: it has no {said}")
    for name in ("metadata", "spec"):
        if not isinstance(definition.get(name, {}), dict):
            raise _wrong("spec", f"must have an object as its {name}")
    if "yaml" in given and "yaml_location" in given:
        raise _wrong("yaml_location", "cannot be given together with `yaml`: the text is inline, or lies in a repository")
    if "yaml" in given or "yaml_location" in given:
        _check_said_once(given)
    location: YamlLocation | None = given.get("yaml_location")
    if location is not None and not is_repository(location.repository):
        raise _wrong("yaml_location.repository", "must be owner/name")


def is_repository(text: str) -> bool:
    """`owner/name`, or longer where groups are nested."""
    return _REPOSITORY.fullmatch(text) is not None


def new_definition(given: Mapping[str, Any]) -> JsonObject:
    """Of a pipeline that does not say its name yet."""
    return with_content({"version": "1.0", "kind": "pipeline", "metadata": {}, "spec": {}}, given)


def with_content(definition: JsonObject, given: Mapping[str, Any]) -> JsonObject:
    """A copy with what commands give, by its name there. Members of metadata that are the vendor's stay as they are."""
    patch = dict(given.get("spec") or {})
    if "metadata" in patch:
        patch["metadata"] = {name: value for name, value in patch["metadata"].items() if name not in _OF_THE_VENDOR}
    new_text = "yaml" in given or "yaml_location" in given
    result = merged(_without_text(definition, given.get("yaml")) if new_text else definition, patch)
    metadata, spec = dict(result.get("metadata") or {}), dict(result.get("spec") or {})
    if "description" in given:
        metadata["description"] = given["description"]
        if given["description"] is None:
            del metadata["description"]
    if "tags" in given:
        metadata["labels"] = {**(metadata.get("labels") or {}), "tags": list(given["tags"])}
    if "variables" in given:
        spec["variables"] = to_list(given["variables"])
    if "contexts" in given:
        spec["contexts"] = list(given["contexts"])
    spec |= given.get("vendor_options") or {}
    if "yaml" in given:
        metadata["originalYamlString"] = given["yaml"]
    if "yaml_location" in given:
        spec["specTemplate"] = _template(given["yaml_location"])
    return {**result, "metadata": metadata, "spec": spec}


def with_name(definition: JsonObject, name: str) -> JsonObject:
    """A copy under another name. One without a slash stays in the project; `project/name` puts it into that one."""
    metadata = dict(definition["metadata"])
    project = metadata.get("project")
    full = f"{project}/{name}" if project and "/" not in name else name
    if full == metadata.get("name"):
        return definition
    parts = full.split("/")
    if "shortName" in metadata:
        metadata["shortName"] = parts[-1]
    metadata["name"] = full
    # Names of three parts are those of old accounts, where a repository stood for the project.
    if len(parts) == 2 and parts[0] != project:
        metadata.pop("projectId", None)
        metadata["project"] = parts[0]
    elif len(parts) != 2:
        metadata.pop("projectId", None)
        metadata.pop("project", None)
    return {**definition, "metadata": metadata}


def _check_said_once(given: Mapping[str, Any]) -> None:
    """What a new text says, or what is the place of one, can be said nowhere else."""
    said = _words(given.get("yaml"))
    definition = given.get("spec") or {}
    inside = definition.get("spec") or {}
    twice = [name for name in (*_ONLY_IN_YAML, *said) if inside.get(name) is not None]
    if (definition.get("metadata") or {}).get("originalYamlString"):
        twice.append("originalYamlString")
    if twice:
        raise _wrong("spec", f"holds what the YAML says too: {', '.join(twice)}")
    twice = [name for name in said if name in (given.get("vendor_options") or {})]
    if twice:
        raise _wrong("vendor_options", f"holds what the YAML says too: {', '.join(twice)}")


def _without_text(definition: JsonObject, text: str | None) -> JsonObject:
    """A copy without what comes of the old text, and of what the new one says itself. What was set beside them stays."""
    # ASSUMED: where the spec has no steps the vendor reads them, stages and all, out of the text; disproved by a pipeline
    # that was saved so and has nothing to run. The vendor's own support tool saves and runs one like that.
    metadata, spec = definition["metadata"], definition["spec"]
    old = metadata.get("originalYamlString")
    if text is not None and old == text and not spec.get("specTemplate"):
        return definition
    gone = {*_ONLY_IN_YAML, *_words(old), *_words(text)}
    kept = {name: value for name, value in spec.items() if name not in gone}
    return {**definition, "metadata": {**metadata, "originalYamlString": ""} if old else metadata, "spec": kept}


def _words(text: object) -> list[str]:
    """Those of `_ALSO_IN_YAML` that a definition's text has. One that is no YAML has none."""
    names = top_names(text) if isinstance(text, str) else ()
    return [name for name in _ALSO_IN_YAML if name in names]


def _template(location: YamlLocation) -> JsonObject:
    told = {"repo": location.repository, "path": location.path, "revision": location.revision, "context": location.context}
    return {"location": "git", **{name: value for name, value in told.items() if value is not None}}


def _wrong(field: str, reason: str) -> InvalidInputError:
    return InvalidInputError(f"`{_SHOWN.get(field, field)}` {reason}.", field=field)
