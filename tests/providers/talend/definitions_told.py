"""What tests of commands about definitions need: a stage on a tenant of their own, keys by name, what was sent."""

from typing import Any, cast

import msgspec

from gateway.domain.commands.command import Command
from gateway.domain.keys import ArtifactKey, DataConnectionKey, EnvironmentKey, ProjectKey, PromotionKey, WorkspaceKey
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.provider import Provider
from gateway.providers.talend.simulator.data import Document
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import RunningSimulator
from tests.contract.commands.example import Stage
from tests.providers.talend.opened import NAME, app_of

NOWHERE = "0123456789abcdef01234567"
Sent = tuple[str, str, Any]
"""Method, path, body."""


def stage_on(simulator: RunningSimulator, provider: Provider) -> Stage:
    return Stage(provider=provider, simulator=simulator, clock=cast("ManualClock", simulator.clock))


def writes(stage: Stage) -> list[Sent]:
    """What was sent to be done, since the last reset."""
    return [
        (call.method, call.raw_path, msgspec.json.decode(call.body) if call.body else None)
        for call in stage.simulator.control.calls
        if call.method != "GET" and "oauth" not in call.raw_path
    ]


def reads(stage: Stage) -> list[str]:
    return [call.raw_path for call in stage.simulator.control.calls if call.method == "GET"]


async def refused(stage: Stage, command: Command) -> MutationProblem:
    """Its problem; nothing but the command is among the calls."""
    confirm = None
    if command.destroys and command.subject is not None:
        confirm = cast("Any", await stage.read(command.subject)).name
    stage.simulator.control.reset_calls()
    performed = await stage.perform(command, confirm_name=confirm)
    [problem] = performed.errors
    return problem


async def sent(stage: Stage, command: Command) -> list[Sent]:
    """What the command sent, which went well."""
    stage.simulator.control.reset_calls()
    await stage.done(command)
    return writes(stage)


def environment(stage: Stage, name: str) -> EnvironmentKey:
    return EnvironmentKey(NAME, (_id(app_of(stage.simulator).tenant.environments, name),))


def workspace(stage: Stage, place: str, name: str) -> WorkspaceKey:
    infos = app_of(stage.simulator).tenant.workspace_infos
    return WorkspaceKey(NAME, (_id({key: info for key, info in infos.items() if info["environment"]["name"] == place}, name),))


def project(stage: Stage, name: str) -> ProjectKey:
    return ProjectKey(NAME, (_id(app_of(stage.simulator).tenant.projects, name),))


def connection(stage: Stage, *, encrypted: bool) -> tuple[DataConnectionKey, Document]:
    """The first that has an encrypted parameter, or has none."""
    found = next(
        each
        for each in app_of(stage.simulator).tenant.connections.values()
        if any(parameter["encrypted"] for parameter in each["parameters"]) is encrypted
    )
    return DataConnectionKey(NAME, (found["id"],)), found


def promotion(stage: Stage, name: str) -> PromotionKey:
    return PromotionKey(NAME, (_id(app_of(stage.simulator).tenant.promotions, name),))


def artifact(stage: Stage, *, used: bool) -> tuple[ArtifactKey, Document]:
    """The first that a task runs, or that none does."""
    tenant = app_of(stage.simulator).tenant
    in_use = {task["artifact"]["id"] for task in tenant.tasks.values()}
    found = next(each for key, each in tenant.artifacts.items() if (key in in_use) is used)
    return ArtifactKey(NAME, (found["id"],)), found


def _id(documents: dict[str, Document], name: str) -> str:
    return next(key for key, found in documents.items() if found["name"] == name)
