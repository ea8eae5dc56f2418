"""Lists of tasks show extracts, whose id is called `executable`."""

from typing import Annotated

import msgspec

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Route, checked_window, page
from gateway.providers.talend.simulator.lookups import environment, in_scope, name_matches, placed, workspace_info
from gateway.providers.talend.simulator.routes.tasks import TASKS
from gateway.providers.talend.simulator.words import RuntimeType
from gateway.simulation.messages import Response


class RuntimeFilter(msgspec.Struct, frozen=True):
    type: str | None
    id: str | None
    run_profile: str | None

    def matches(self, runtime: Document | None) -> bool:
        wanted = ((self.type, "type"), (self.id, "id"), (self.run_profile, "runProfileId"))
        return all(value is None or (runtime is not None and runtime.get(key) == value) for value, key in wanted)


class TaskFilters(Body, frozen=True):
    name: str | None = None
    environment_id: str | None = None
    workspace_id: str | None = None
    limit: int | None = None
    offset: int | None = None
    artifact_id: str | None = None
    runtime_type: RuntimeType | None = None
    runtime_id: str | None = None
    runtime_run_profile_id: str | None = None
    tags: tuple[str, ...] = ()
    trigger_type: Annotated[str, msgspec.Meta(pattern="^[a-z]+$")] | None = None


def list_tasks(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    kind = exchange.text("runtimeType")
    if kind is not None and kind not in RuntimeType.__members__:
        raise bad_request(f"runtimeType must be one of {', '.join(RuntimeType.__members__)}")
    runtime = RuntimeFilter(kind, exchange.text("runtimeId"), exchange.text("runtimeRunProfileId"))
    name, artifact_id = exchange.text("name"), exchange.text("artifactId")
    inside = in_scope(exchange, exchange.tenant.tasks.values())
    rows = [
        _extract(exchange, task)
        for task in inside
        if name_matches(exchange, task, name)
        and artifact_id in (None, task["artifact"]["id"])
        and runtime.matches(_runtime(exchange, task))
    ]
    return page(rows, offset, limit)


def search_tasks(exchange: Exchange) -> Response:
    wanted = exchange.body(TaskFilters)
    offset, limit = checked_window(wanted.offset, wanted.limit, least=0)
    if wanted.environment_id is not None and wanted.workspace_id is not None:
        raise bad_request("environmentId and workspaceId exclude each other")
    if wanted.runtime_run_profile_id is not None and wanted.runtime_type is None:
        raise bad_request("runtimeRunProfileId needs runtimeType")
    if wanted.environment_id is not None:
        environment(exchange, wanted.environment_id)
    if wanted.workspace_id is not None:
        workspace_info(exchange, wanted.workspace_id)
    kind = wanted.runtime_type.value if wanted.runtime_type is not None else None
    runtime = RuntimeFilter(kind, wanted.runtime_id, wanted.runtime_run_profile_id)
    rows = [
        _extract(exchange, task)
        for task in placed(exchange, exchange.tenant.tasks.values(), wanted.environment_id, wanted.workspace_id)
        if (wanted.name is None or wanted.name in task["name"])
        and wanted.artifact_id in (None, task["artifact"]["id"])
        and runtime.matches(_runtime(exchange, task))
        and set(wanted.tags) <= set(task.get("tags", ()))
        and wanted.trigger_type in (None, _trigger_type(exchange, task))
    ]
    return page(rows, offset, limit)


def _config(exchange: Exchange, task: Document) -> Document:
    return exchange.tenant.run_configs.get(task["id"], {})


def _runtime(exchange: Exchange, task: Document) -> Document | None:
    return _config(exchange, task).get("runtime")


def _trigger_type(exchange: Exchange, task: Document) -> str | None:
    trigger = _config(exchange, task).get("trigger")
    return None if trigger is None else str(trigger["type"]).lower()


def _extract(exchange: Exchange, task: Document) -> Document:
    shown: Document = {
        "executable": task["id"],
        "name": task["name"],
        "workspace": task["workspace"],
        "artifactId": task["artifact"]["id"],
    }
    runtime = _runtime(exchange, task)
    return shown if runtime is None else {**shown, "runtime": runtime}


_FILTERS = frozenset({"environmentId", "workspaceId", "name", "artifactId", "runtimeType", "runtimeId", "runtimeRunProfileId"})

ROUTES = (
    Route("GET", TASKS, list_tasks, PAGING | _FILTERS),
    Route("POST", f"{TASKS}/search", search_tasks),
)
