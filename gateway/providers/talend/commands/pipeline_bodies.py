"""What the vendor is sent of a task or a plan."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.pipelines import PlanStepDefinition, TaskContent
from gateway.domain.errors import InvalidInputError, MalformedResponseError
from gateway.domain.plan import StepCondition
from gateway.providers.talend.commands.pipeline_input import id_named, pipeline_named, plain_values, task_named
from gateway.providers.talend.keys import TASK, Origin
from gateway.providers.talend.pipeline_mapping import CONDITIONS

# ASSUMED: what a task shows beyond these may be sent back with it; disproved by a refusal of such a member.
_SHOWN_ONLY = ("id", "version", "workspace", "taskPauseDetails")


def step_bodies(steps: Sequence[PlanStepDefinition], origin: Origin) -> list[JsonObject]:
    """The steps of a plan, which has at least one; each has at least one task."""
    if not steps:
        raise InvalidInputError("`steps` is needed: a plan has at least one step.", provider=origin.provider, field="steps")
    return [_step(step, f"steps.{place}", origin) for place, step in enumerate(steps)]


def _step(step: PlanStepDefinition, field: str, origin: Origin) -> JsonObject:
    if not step.tasks:
        raise InvalidInputError("A step runs at least one task.", provider=origin.provider, field=f"{field}.tasks")
    if step.condition is StepCondition.UNKNOWN:
        words = ", ".join(condition.name for condition in CONDITIONS)
        raise InvalidInputError(f"`condition` must be one of {words}.", provider=origin.provider, field=f"{field}.condition")
    body: JsonObject = {
        "name": step.name,
        "condition": CONDITIONS[step.condition],
        "taskIds": [task_named(key, f"{field}.tasks.{place}", origin) for place, key in enumerate(step.tasks)],
    }
    if step.on_failure:
        named = [pipeline_named(key, f"{field}.on_failure.{place}", origin) for place, key in enumerate(step.on_failure)]
        body["handlerOnFailure"] = {
            "taskIds": [pipeline for kind, pipeline in named if kind == TASK],
            "planIds": [pipeline for kind, pipeline in named if kind != TASK],
        }
    if step.note is not None:
        body["note"] = step.note
    if step.step_id is not None:
        body["id"] = step.step_id
    return body


def task_as_sent(shown: JsonObject, origin: Origin) -> JsonObject:
    """A task as the vendor takes it, made from how it shows it: what is not told again would be lost."""
    body = {name: value for name, value in shown.items() if name not in _SHOWN_ONLY}
    try:
        body["workspaceId"] = shown["workspace"]["id"]
        body["artifact"] = {name: shown["artifact"][name] for name in ("id", "version")}
    except (KeyError, TypeError):
        message = "The provider does not tell the task's workspace or artifact, which have to be sent back."
        raise MalformedResponseError(message, provider=origin.provider) from None
    body["description"] = shown.get("description") or ""
    return body


def set_content(body: JsonObject, content: TaskContent, origin: Origin) -> None:
    """Puts what is given in the place of what the body has."""
    _set_artifact(body, content, origin)
    if content.parameters is not UNSET:
        body["parameters"] = plain_values(content.parameters, "task.parameters", origin)
    if content.connections is not UNSET:
        body["connections"] = {
            use.name: id_named(use.connection, f"task.connections.{place}.connection", origin)
            for place, use in enumerate(content.connections)
        }
    if content.resources is not UNSET:
        body["resources"] = {use.name: use.resource_id for use in content.resources}
    upgrade: dict[str, Any] = dict(body.get("autoUpgradeInfo") or {})
    if content.auto_upgrade is not UNSET:
        upgrade["autoUpgradable"] = content.auto_upgrade
    if content.override_parameters is not UNSET:
        upgrade["overrideWithDefaultParameters"] = content.override_parameters
    if upgrade:
        body["autoUpgradeInfo"] = upgrade


def _set_artifact(body: JsonObject, content: TaskContent, origin: Origin) -> None:
    """A version belongs to its artifact; the version alone can be changed."""
    if content.artifact is not UNSET:
        if content.artifact_version is UNSET:
            message = "`artifactVersion` is needed: the full text of it, as the artifact's `versions` tell."
            raise InvalidInputError(message, provider=origin.provider, field="task.artifact_version")
        body["artifact"] = {"id": id_named(content.artifact, "task.artifact", origin), "version": content.artifact_version}
    elif content.artifact_version is not UNSET and "artifact" in body:
        body["artifact"] = {**body["artifact"], "version": content.artifact_version}
    if "artifact" not in body:
        raise InvalidInputError("`artifactId` is needed: what the task runs.", provider=origin.provider, field="task.artifact")
