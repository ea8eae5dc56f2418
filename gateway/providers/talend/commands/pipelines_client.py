"""Talend's endpoints that change tasks and plans, and when they run, one method each; and what is read to be changed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.providers.talend import pipeline_wire, schedule_wire
from gateway.providers.talend.calls import TalendCalls
from gateway.providers.talend.commands.pipeline_secrets import secrets_in
from gateway.providers.talend.keys import PipelineWord
from gateway.providers.talend.vendor_clock import VendorClock
from gateway.upstream.path import path

_FOLDERS: Mapping[PipelineWord, str] = {"task": "tasks", "plan": "plans"}

_raw: "msgspec.json.Decoder[dict[str, Any]]" = msgspec.json.Decoder(dict[str, Any])
_task = msgspec.json.Decoder(pipeline_wire.Task)
_plan = msgspec.json.Decoder(pipeline_wire.WrittenPlan)
_created = msgspec.json.Decoder(schedule_wire.Created)


class PipelinesClient:
    """What is read here is the vendor's JSON as it is: to be changed and sent back, never to be shown."""

    def __init__(self, calls: TalendCalls) -> None:
        self._calls = calls

    @property
    def clock(self) -> VendorClock:
        """What time it is at the vendor."""
        return self._calls.clock

    async def read_task(self, task: str) -> JsonObject:
        return (await self._calls.read(_executable("task", task))).decode(_raw)

    async def create_task(self, body: JsonObject) -> pipeline_wire.Task:
        where = path("orchestration", "executables", "tasks")
        return (await self._calls.write(where, method="POST", body=body, hide=secrets_in(body))).decode(_task)

    async def replace_task(self, task: str, body: JsonObject) -> None:
        """What is left out of the body is gone."""
        await self._calls.write(_executable("task", task), method="PUT", body=body, hide=secrets_in(body))

    async def create_plan(self, body: JsonObject) -> pipeline_wire.WrittenPlan:
        where = path("orchestration", "executables", "plans")
        return (await self._calls.write(where, method="POST", body=body)).decode(_plan)

    async def replace_plan(self, plan: str, body: JsonObject) -> pipeline_wire.WrittenPlan:
        return (await self._calls.write(_executable("plan", plan), method="PUT", body=body)).decode(_plan)

    async def delete(self, kind: PipelineWord, pipeline: str) -> None:
        await self._calls.write(_executable(kind, pipeline), method="DELETE")

    async def set_pause(self, kind: PipelineWord, pipeline: str, body: JsonObject) -> None:
        """202 when that changes something, 204 when it does not; neither has a body."""
        await self._calls.write(_executable(kind, pipeline, "pause"), method="PUT", body=body)

    async def read_run_config(self, kind: PipelineWord, pipeline: str) -> JsonObject:
        """NotFoundError for what is not configured, and for what is not there."""
        return (await self._calls.read(_executable(kind, pipeline, "run-config"))).decode(_raw)

    async def put_run_config(self, kind: PipelineWord, pipeline: str, body: JsonObject) -> None:
        await self._calls.write(_executable(kind, pipeline, "run-config"), method="PUT", body=body, hide=secrets_in(body))

    async def delete_run_config(self, kind: PipelineWord, pipeline: str) -> None:
        """Stops the timetable, and leaves the rest of the configuration."""
        await self._calls.write(_executable(kind, pipeline, "run-config"), method="DELETE")

    async def create_schedule(self, body: JsonObject) -> str:
        """Its id. It starts nothing yet."""
        answer = await self._calls.write(path("orchestration", "schedules"), method="POST", body=body)
        return answer.decode(_created).id

    async def add_trigger(self, schedule: str, trigger: JsonObject) -> None:
        await self._calls.write(path("orchestration", "schedules", schedule, "triggers"), method="POST", body=trigger)

    async def delete_schedule(self, schedule: str) -> None:
        await self._calls.write(path("orchestration", "schedules", schedule), method="DELETE")

    async def link_schedule(self, kind: PipelineWord, pipeline: str, schedule: str) -> None:
        await self._calls.write(_executable(kind, pipeline, "schedule"), method="PUT", body={"scheduleId": schedule})

    async def unlink_schedule(self, kind: PipelineWord, pipeline: str) -> None:
        """The schedule stays, and starts nothing any more."""
        await self._calls.write(_executable(kind, pipeline, "schedule"), method="DELETE")


def _executable(kind: PipelineWord, pipeline: str, *below: str) -> str:
    return path("orchestration", "executables", _FOLDERS[kind], pipeline, *below)
