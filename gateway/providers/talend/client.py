"""Talend's orchestration endpoints, one method each. All of these are reads; the runs are in `runs_client.py`."""

from collections.abc import Mapping

import msgspec

from gateway.domain.promotion import PromotionOptions
from gateway.providers.talend import asset_wire, pipeline_wire, promotion_wire, schedule_wire, wire
from gateway.providers.talend.calls import Query, TalendCalls
from gateway.providers.talend.keys import PipelineWord
from gateway.providers.talend.rows import Items, ListDecoder, Listing, decode_nested
from gateway.upstream.path import path

LARGEST_PAGE = 100

_task = msgspec.json.Decoder(pipeline_wire.Task)
_plan = msgspec.json.Decoder(pipeline_wire.Plan)
_project = msgspec.json.Decoder(asset_wire.Project)
_project_users = msgspec.json.Decoder(asset_wire.ProjectUsers)
_project_groups = msgspec.json.Decoder(asset_wire.ProjectGroups)
_artifact = msgspec.json.Decoder(asset_wire.Artifact)
_artifact_version = msgspec.json.Decoder(asset_wire.ArtifactVersion)
_connection = msgspec.json.Decoder(asset_wire.Connection)
_promotion = msgspec.json.Decoder(promotion_wire.Promotion)
_promotion_users = msgspec.json.Decoder(promotion_wire.PromotionUsers)
_promotion_report = msgspec.json.Decoder(promotion_wire.PromotionExecution)
_schedule = msgspec.json.Decoder(schedule_wire.Schedule)
_run_config = msgspec.json.Decoder(schedule_wire.RunConfig)

_environments: ListDecoder[wire.EnvironmentInfo] = ListDecoder(
    msgspec.json.Decoder(list[wire.EnvironmentInfo] | Items[wire.EnvironmentInfo]),
    msgspec.json.Decoder(wire.EnvironmentInfo),
    "environment",
)
_workspaces: ListDecoder[wire.WorkspaceInfo] = ListDecoder(
    msgspec.json.Decoder(list[wire.WorkspaceInfo] | Items[wire.WorkspaceInfo]),
    msgspec.json.Decoder(wire.WorkspaceInfo),
    "workspace",
)
_tasks: ListDecoder[pipeline_wire.TaskExtract] = ListDecoder(
    msgspec.json.Decoder(list[pipeline_wire.TaskExtract] | Items[pipeline_wire.TaskExtract]),
    msgspec.json.Decoder(pipeline_wire.TaskExtract),
    "task",
)
_plans: ListDecoder[pipeline_wire.Plan] = ListDecoder(
    msgspec.json.Decoder(list[pipeline_wire.Plan] | Items[pipeline_wire.Plan]), _plan, "plan"
)
_projects: ListDecoder[asset_wire.Project] = ListDecoder(
    msgspec.json.Decoder(list[asset_wire.Project] | Items[asset_wire.Project]), _project, "project"
)
_artifacts: ListDecoder[asset_wire.Artifact] = ListDecoder(
    msgspec.json.Decoder(list[asset_wire.Artifact] | Items[asset_wire.Artifact]), _artifact, "artifact"
)
_connections: ListDecoder[asset_wire.Connection] = ListDecoder(
    msgspec.json.Decoder(list[asset_wire.Connection] | Items[asset_wire.Connection]), _connection, "connection"
)
_promotions: ListDecoder[promotion_wire.Promotion] = ListDecoder(
    msgspec.json.Decoder(list[promotion_wire.Promotion] | Items[promotion_wire.Promotion]), _promotion, "promotion"
)
_schedules: ListDecoder[schedule_wire.Schedule] = ListDecoder(
    msgspec.json.Decoder(list[schedule_wire.Schedule] | Items[schedule_wire.Schedule]), _schedule, "schedule"
)
_events: ListDecoder[schedule_wire.SimulatedEvent] = ListDecoder(
    msgspec.json.Decoder(list[schedule_wire.SimulatedEvent] | Items[schedule_wire.SimulatedEvent]),
    msgspec.json.Decoder(schedule_wire.SimulatedEvent),
    "scheduled run",
)
_starts: ListDecoder[wire.Moment] = ListDecoder(
    msgspec.json.Decoder(list[wire.Moment] | Items[wire.Moment]), msgspec.json.Decoder(wire.Moment), "scheduled run"
)

_FOLDERS: Mapping[PipelineWord, str] = {"task": "tasks", "plan": "plans"}


class TalendClient:
    """Answers as wire values. Failures are the typed errors of `gateway.domain.errors`; 404 is NotFoundError.

    Paged lists hold at most 100 rows. `filters` of the paged lists: `workspaceId`, `environmentId`.
    """

    def __init__(self, calls: TalendCalls) -> None:
        self.calls = calls

    async def list_environments(self) -> Listing[wire.EnvironmentInfo]:
        """All that the credential may see."""
        return _environments.decode(await self.calls.read(path("orchestration", "environments")))

    async def list_workspaces(self, query: str | None = None) -> Listing[wire.WorkspaceInfo]:
        """All that the credential may see, or those that a FIQL query finds. No call reads a single one."""
        pairs = [] if query is None else [("query", query)]
        return _workspaces.decode(await self.calls.read(path("orchestration", "workspaces"), query=pairs))

    async def list_projects(self, offset: int, limit: int) -> Listing[asset_wire.Project]:
        """For personal access tokens only."""
        return _projects.decode(await self.calls.read(path("orchestration", "projects"), query=_window(offset, limit)))

    async def get_project(self, project_id: str) -> asset_wire.Project:
        return (await self.calls.read(path("orchestration", "projects", project_id))).decode(_project)

    async def get_project_users(self, project_id: str) -> asset_wire.ProjectUsers:
        return (await self.calls.read(path("orchestration", "projects", project_id, "users"))).decode(_project_users)

    async def get_project_groups(self, project_id: str) -> asset_wire.ProjectGroups:
        return (await self.calls.read(path("orchestration", "projects", project_id, "groups"))).decode(_project_groups)

    async def list_tasks(self, offset: int, limit: int, filters: Query = ()) -> Listing[pipeline_wire.TaskExtract]:
        query = [*_window(offset, limit), *filters]
        return _tasks.decode(await self.calls.read(path("orchestration", "executables", "tasks"), query=query))

    async def search_tasks(self, offset: int, limit: int, tag: str, filters: Query = ()) -> Listing[pipeline_wire.TaskExtract]:
        """Those with a tag, which the other list cannot find. Of workspace and environment at most one may be given."""
        body = {**dict(filters), "tags": [tag], "offset": offset, "limit": limit}
        answer = await self.calls.read(path("orchestration", "executables", "tasks", "search"), method="POST", body=body)
        return _tasks.decode(answer)

    async def get_task(self, task_id: str) -> pipeline_wire.Task:
        return (await self.calls.read(_executable("task", task_id))).decode(_task)

    async def list_plans(self, offset: int, limit: int, filters: Query = ()) -> Listing[pipeline_wire.Plan]:
        query = [*_window(offset, limit), *filters]
        return _plans.decode(await self.calls.read(path("orchestration", "executables", "plans"), query=query))

    async def get_plan(self, plan_id: str) -> pipeline_wire.Plan:
        return decode_nested(await self.calls.read(_executable("plan", plan_id)), _plan)

    async def get_run_config(self, kind: PipelineWord, pipeline_id: str) -> schedule_wire.RunConfig:
        return (await self.calls.read(_executable(kind, pipeline_id, "run-config"))).decode(_run_config)

    async def list_starts(self, kind: PipelineWord, pipeline_id: str, from_ms: int, to_ms: int, limit: int) -> Listing[wire.Moment]:
        """When the pipeline will start by its own timetable."""
        query = _period(from_ms, to_ms, limit)
        return _starts.decode(await self.calls.read(_executable(kind, pipeline_id, "run-config", "events"), query=query))

    async def get_schedule_of(self, kind: PipelineWord, pipeline_id: str) -> schedule_wire.Schedule:
        """NotFoundError when none is linked."""
        return (await self.calls.read(_executable(kind, pipeline_id, "schedule"))).decode(_schedule)

    async def list_schedules(self, offset: int, limit: int, filters: Query = ()) -> Listing[schedule_wire.Schedule]:
        """`filters`: `environmentId`, `onlyBound`."""
        query = [*_window(offset, limit), *filters]
        return _schedules.decode(await self.calls.read(path("orchestration", "schedules"), query=query))

    async def get_schedule(self, schedule_id: str) -> schedule_wire.Schedule:
        return (await self.calls.read(path("orchestration", "schedules", schedule_id))).decode(_schedule)

    async def list_events(self, schedule_id: str, from_ms: int, to_ms: int, limit: int) -> Listing[schedule_wire.SimulatedEvent]:
        """When the schedule will start what it is linked to."""
        query = _period(from_ms, to_ms, limit)
        return _events.decode(await self.calls.read(path("orchestration", "schedules", schedule_id, "events"), query=query))

    async def list_artifacts(self, offset: int, limit: int, filters: Query = ()) -> Listing[asset_wire.Artifact]:
        """`filters`: `types` too, repeatable."""
        query = [*_window(offset, limit), *filters]
        return _artifacts.decode(await self.calls.read(path("orchestration", "artifacts"), query=query))

    async def get_artifact(self, artifact_id: str) -> asset_wire.Artifact:
        return (await self.calls.read(path("orchestration", "artifacts", artifact_id))).decode(_artifact)

    async def get_artifact_version(self, artifact_id: str, version: str) -> asset_wire.ArtifactVersion:
        """By the version's full text, time stamp included."""
        answer = await self.calls.read(path("orchestration", "artifacts", artifact_id, "versions", version))
        return answer.decode(_artifact_version)

    async def list_connections(self, offset: int, limit: int, filters: Query = ()) -> Listing[asset_wire.Connection]:
        query = [*_window(offset, limit), *filters]
        return _connections.decode(await self.calls.read(path("orchestration", "connections"), query=query))

    async def get_connection(self, connection_id: str) -> asset_wire.Connection:
        return (await self.calls.read(path("orchestration", "connections", connection_id))).decode(_connection)

    async def list_promotions(self) -> Listing[promotion_wire.Promotion]:
        """All that the credential may see, without their descriptions."""
        return _promotions.decode(await self.calls.read(path("orchestration", "executables", "promotions")))

    async def get_promotion(self, promotion_id: str) -> promotion_wire.Promotion:
        return (await self.calls.read(path("orchestration", "executables", "promotions", promotion_id))).decode(_promotion)

    async def list_promotion_users(self, promotion_id: str) -> promotion_wire.PromotionUsers:
        answer = await self.calls.read(path("orchestration", "executables", "promotions", promotion_id, "users"))
        return answer.decode(_promotion_users)

    async def analyze_promotion(
        self, promotion_id: str, options: PromotionOptions, further: Mapping[str, object] | None = None
    ) -> promotion_wire.PromotionExecution:
        """A dry run: it is a POST, and changes nothing. `further` members of its body: `context`, `promotionAdvancedInfo`."""
        kept = {"keepTargetResources": options.keep_target_resources, "keepTargetRunProfiles": options.keep_target_run_profiles}
        body = {**kept, **(further or {})}
        answer = await self.calls.read(path("orchestration", "executables", "promotions", promotion_id), method="POST", body=body)
        return decode_nested(answer, _promotion_report)


def _executable(kind: PipelineWord, pipeline_id: str, *below: str) -> str:
    return path("orchestration", "executables", _FOLDERS[kind], pipeline_id, *below)


def _window(offset: int, limit: int) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("offset", str(offset)), ("limit", str(limit))


def _period(from_ms: int, to_ms: int, limit: int) -> tuple[tuple[str, str], ...]:
    return ("from", str(from_ms)), ("to", str(to_ms)), ("limit", str(limit))
