"""Talend's orchestration endpoints that change definitions, one method each, and the one that starts a promotion.

Bodies are the vendor's JSON. What cannot be read again to be shown is read here to be sent back.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.providers.talend import asset_wire, promotion_wire, wire
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.rows import UNREADABLE
from gateway.upstream.path import path

Assignee = Literal["users", "service-accounts"]

_project = msgspec.json.Decoder(asset_wire.Project)
_environment = msgspec.json.Decoder(wire.EnvironmentInfo)
_workspace = msgspec.json.Decoder(wire.CreatedWorkspace)
_connection = msgspec.json.Decoder(asset_wire.Connection)
_settings = msgspec.json.Decoder(asset_wire.ConnectionSettings)
_promotion = msgspec.json.Decoder(promotion_wire.Promotion)
_report: "msgspec.json.Decoder[promotion_wire.PromotionExecution | None]" = msgspec.json.Decoder(
    promotion_wire.PromotionExecution | None
)
_started = msgspec.json.Decoder(promotion_wire.StartedPromotion)


class DefinitionsClient:
    """Failures are the typed errors of `gateway.domain.errors`. Most changes and all removals are answered without a body."""

    def __init__(self, calls: TalendCalls) -> None:
        self._calls = calls

    async def create_project(self, body: JsonObject) -> asset_wire.Project:
        return (await self._calls.write(path("orchestration", "projects"), method="POST", body=body)).decode(_project)

    async def update_project(self, project_id: str, body: JsonObject) -> asset_wire.Project:
        where = path("orchestration", "projects", project_id)
        return (await self._calls.write(where, method="PUT", body=body)).decode(_project)

    async def delete_project(self, project_id: str) -> None:
        await self._calls.write(path("orchestration", "projects", project_id), method="DELETE")

    async def create_environment(self, body: JsonObject) -> wire.EnvironmentInfo:
        """The workspace that is created in it is not in the answer."""
        return (await self._calls.write(path("orchestration", "environments"), method="POST", body=body)).decode(_environment)

    async def update_environment(self, environment_id: str, body: JsonObject) -> None:
        await self._calls.write(path("orchestration", "environments", environment_id), method="PUT", body=body)

    async def delete_environment(self, environment_id: str) -> None:
        await self._calls.write(path("orchestration", "environments", environment_id), method="DELETE")

    async def create_workspace(self, body: JsonObject) -> wire.CreatedWorkspace:
        return (await self._calls.write(path("orchestration", "workspaces"), method="POST", body=body)).decode(_workspace)

    async def update_workspace(self, workspace_id: str, body: JsonObject) -> None:
        await self._calls.write(path("orchestration", "workspaces", workspace_id), method="PUT", body=body)

    async def delete_workspace(self, workspace_id: str) -> None:
        await self._calls.write(path("orchestration", "workspaces", workspace_id), method="DELETE")

    async def create_connection(self, body: JsonObject, hide: Sequence[str]) -> asset_wire.Connection:
        """Answered with 200 or 201: both are documented."""
        where = path("orchestration", "connections")
        return (await self._calls.write(where, method="POST", body=body, hide=hide)).decode(_connection)

    async def read_settings(self, connection_id: str) -> asset_wire.ConnectionSettings:
        """GET /orchestration/connections/{id}, to be changed and sent back, never to be shown."""
        return (await self._calls.read(path("orchestration", "connections", connection_id))).decode(_settings)

    async def update_connection(self, connection_id: str, body: JsonObject, hide: Sequence[str]) -> asset_wire.Connection:
        where = path("orchestration", "connections", connection_id)
        return (await self._calls.write(where, method="PUT", body=body, hide=hide)).decode(_connection)

    async def delete_connection(self, connection_id: str) -> None:
        await self._calls.write(path("orchestration", "connections", connection_id), method="DELETE")

    async def delete_artifact(self, artifact_id: str) -> None:
        await self._calls.write(path("orchestration", "artifacts", artifact_id), method="DELETE")

    async def delete_artifact_version(self, artifact_id: str, version: str) -> None:
        await self._calls.write(path("orchestration", "artifacts", artifact_id, "versions", version), method="DELETE")

    async def create_promotion(self, body: JsonObject) -> promotion_wire.Promotion:
        where = path("orchestration", "executables", "promotions")
        return (await self._calls.write(where, method="POST", body=body)).decode(_promotion)

    async def describe_promotion(self, promotion_id: str, description: str) -> None:
        where = path("orchestration", "executables", "promotions", promotion_id)
        await self._calls.write(where, method="PATCH", body={"description": description})

    async def delete_promotion(self, promotion_id: str) -> None:
        await self._calls.write(path("orchestration", "executables", "promotions", promotion_id), method="DELETE")

    async def assign(self, promotion_id: str, kind: Assignee, who: str) -> None:
        where = path("orchestration", "executables", "promotions", promotion_id, kind, who)
        await self._calls.write(where, method="PUT")

    async def unassign(self, promotion_id: str, kind: Assignee, who: str) -> None:
        where = path("orchestration", "executables", "promotions", promotion_id, kind, who)
        await self._calls.write(where, method="DELETE")

    async def execute_promotion(self, body: JsonObject) -> promotion_wire.StartedPromotion:
        """POST /processing/executions/promotions. An answer of 202 has no body, and tells nothing of the run."""
        answer = await self._calls.write(path("processing", "executions", "promotions"), method="POST", body=body)
        return answer.decode(_started) if answer.body.strip() else promotion_wire.StartedPromotion()

    def report_in(self, started: promotion_wire.StartedPromotion) -> promotion_wire.PromotionExecution | None:
        """None where there is none, or it cannot be read."""
        try:
            return _report.decode(started.execution_report)
        except UNREADABLE:
            return None
