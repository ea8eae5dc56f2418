"""Compares two environments: what a promotion would create, replace, reuse or fail at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.errors import bad_request
from gateway.providers.talend.simulator.usage import tasks_of_steps

# ASSUMED: the whole comparison, as the vendor publishes the report's fields but not its rules: things are matched by
# name, personal workspaces stay behind, protected artifacts fail; disproved by the report of a real analysis.


@dataclass(frozen=True, slots=True)
class Selection:
    """One thing instead of the whole environment. `kind` is WORKSPACE, PLAN, FLOW (a task) or ACTION (an artifact)."""

    kind: Literal["WORKSPACE", "PLAN", "FLOW", "ACTION"]
    id: str


def analyze(
    tenant: Tenant, promotion: Document, selection: Selection | None = None, *, keep_target_resources: bool = False
) -> Document:
    """The part of PromotionExecutionStatusV26 that is about content: `defective`, `statusMessage`, `workspaces`,
    `engines`, `clusters`. 400 for a selection that the source environment does not hold."""
    return Analysis(tenant, promotion, selection, keep_target_resources=keep_target_resources).report()


class Analysis:
    """`source` and `target` are environment ids."""

    def __init__(self, tenant: Tenant, promotion: Document, selection: Selection | None, *, keep_target_resources: bool) -> None:
        self._tenant = tenant
        self._source: str = promotion["sourceEnvironment"]["id"]
        self._target: str = promotion["targetEnvironment"]["id"]
        self._selection = selection
        self._keep_resources = keep_target_resources
        self._chosen = self._closure(selection) if selection is not None else None

    def report(self) -> Document:
        workspaces = [
            self._workspace(found)
            for found in self._tenant.workspace_infos.values()
            if found["environment"]["id"] == self._source and found["type"] != "personal" and self._is_chosen(found["id"])
        ]
        failures = [result["name"] for row in workspaces for result in _results(row) if _status(result) == "FAILED"]
        message = f"Cannot be promoted: {', '.join(failures)}" if failures else "Ready to be promoted"
        return {
            "defective": bool(failures),
            "statusMessage": message,
            "workspaces": workspaces,
            "engines": self._runtimes(self._tenant.engines, "ENGINE"),
            "clusters": self._runtimes(self._tenant.clusters, "CLUSTER"),
        }

    def _workspace(self, info: Document) -> Document:
        tenant = self._tenant
        counterpart = next(
            (
                found
                for found in tenant.workspace_infos.values()
                if found["environment"]["id"] == self._target and found["name"] == info["name"]
            ),
            None,
        )
        protected = counterpart is not None and counterpart["protectedArtifactUpdate"]

        def results(documents: dict[str, Document], judge: Callable[[Document, Document | None], Document]) -> list[Document]:
            inside = [(key, found) for key, found in documents.items() if tenant.workspace_of(found)["id"] == info["id"]]
            return [judge(found, self._counterpart(documents, found, counterpart)) for key, found in inside if self._is_chosen(key)]

        shown: Document = {
            "id": info["id"],
            "name": info["name"],
            "type": "WORKSPACE",
            "workspaceType": info["type"],
            "analyzeReport": _report("CREATED" if counterpart is None else "REUSED"),
            "actions": results(tenant.artifacts, lambda found, there: self._action(found, there, protected=protected)),
            "connections": results(tenant.connections, lambda found, there: _simple("CONNECTION", found, there, "REUSED")),
            "resources": results(tenant.resources, self._resource),
            "flows": results(tenant.tasks, self._flow),
            "plans": results(tenant.plans, lambda found, there: _simple("PLAN", found, there, "REPLACED")),
            "engines": [],
            "clusters": [],
        }
        if counterpart is not None:
            shown["targetId"] = counterpart["id"]
        return shown

    def _counterpart(self, documents: dict[str, Document], found: Document, workspace: Document | None) -> Document | None:
        if workspace is None:
            return None
        return next(
            (
                other
                for other in documents.values()
                if other["name"] == found["name"] and self._tenant.workspace_of(other)["id"] == workspace["id"]
            ),
            None,
        )

    def _action(self, artifact: Document, there: Document | None, *, protected: bool) -> Document:
        shown = _simple("ACTION", artifact, there, "REPLACED")
        shown |= {"version": artifact["versions"][-1], "jobType": artifact["type"].upper(), "artifactId": artifact["id"]}
        if there is not None:
            shown["targetVersion"] = there["versions"][-1]
            if there["versions"][-1] == artifact["versions"][-1]:
                shown["analyzeReport"] = _report("REUSED")
            elif protected:
                shown["analyzeReport"] = _report("FAILED", "Artifacts of the target workspace are protected", "ERROR")
        users = [task for task in self._tenant.tasks.values() if task["artifact"]["id"] == artifact["id"]]
        shown["usedBy"] = [self._flow(task, None) for task in users if self._is_chosen(task["id"])]
        return shown

    def _resource(self, resource: Document, there: Document | None) -> Document:
        return _simple("RESOURCE", resource, there, "REUSED" if self._keep_resources else "REPLACED")

    def _flow(self, task: Document, there: Document | None) -> Document:
        shown = _simple("FLOW", task, there, "REPLACED")
        shown |= {"version": int(task["version"].partition(".")[0]), "artifactId": task["artifact"]["id"]}
        if there is not None:
            shown["targetVersion"] = there["version"]
        runtime = self._tenant.run_configs.get(task["id"], {}).get("runtime", {})
        name = self._runtime_name(runtime.get("id"))
        if name is not None and not self._has_runtime(name):
            text = f"The target environment has no engine named {name}"
            shown["analyzeReport"] = _report(_status(shown), text, "WARN")
        return shown

    def _runtimes(self, documents: dict[str, Document], kind: str) -> list[Document]:
        rows: list[Document] = []
        for key, found in documents.items():
            if self._tenant.environment_of(found)["id"] != self._source or self._selection is not None:
                continue
            there = self._has_runtime(found["name"])
            report = _report("REUSED") if there else _report("SKIPPED", "There is none of this name in the target", "WARN")
            rows.append({"id": key, "name": found["name"], "type": kind, "analyzeReport": report, "usedBy": [], "runProfiles": []})
        return rows

    def _runtime_name(self, runtime_id: str | None) -> str | None:
        found = self._tenant.engines.get(runtime_id or "") or self._tenant.clusters.get(runtime_id or "")
        return None if found is None else str(found["name"])

    def _has_runtime(self, name: str) -> bool:
        runtimes = (*self._tenant.engines.values(), *self._tenant.clusters.values())
        return any(found["name"] == name and self._tenant.environment_of(found)["id"] == self._target for found in runtimes)

    def _is_chosen(self, identifier: str) -> bool:
        return self._chosen is None or identifier in self._chosen

    def _closure(self, selection: Selection) -> set[str]:
        """Ids of the selected thing, of what it needs, and of its workspace."""
        tenant, kind, key = self._tenant, selection.kind, selection.id
        where: Mapping[str, Document] = {
            "WORKSPACE": {k: {"workspace": v} for k, v in tenant.workspace_infos.items()},
            "PLAN": tenant.plans,
            "FLOW": tenant.tasks,
            "ACTION": tenant.artifacts,
        }[kind]
        if key not in where or tenant.environment_of(where[key])["id"] != self._source:
            raise bad_request(f"{kind} {key} is not in the source environment")
        chosen = {key, tenant.workspace_of(where[key])["id"]}
        if kind == "WORKSPACE":
            everything = (tenant.artifacts, tenant.connections, tenant.resources, tenant.tasks, tenant.plans)
            return chosen | {k for some in everything for k, v in some.items() if tenant.workspace_of(v)["id"] == key}
        tasks = {key} if kind == "FLOW" else set()
        if kind == "PLAN":
            plans = self._with_handlers(key)
            chosen |= plans
            tasks = {task_id for plan_id in plans for task_id in tasks_of_steps(tenant.plan_steps[plan_id])}
        for task_id in tasks:
            task = tenant.tasks[task_id]
            needs = (task.get("connections") or {}, task.get("resources") or {})
            chosen |= {task_id, task["artifact"]["id"], *(used for need in needs for used in need.values())}
        homes = (tenant.artifacts, tenant.connections, tenant.resources, tenant.tasks, tenant.plans)
        return chosen | {tenant.workspace_of(some[k])["id"] for some in homes for k in chosen if k in some}

    def _with_handlers(self, plan_id: str) -> set[str]:
        """The plan, the plans that handle its errors, and so on."""
        found, waiting = set[str](), [plan_id]
        while waiting:
            current = waiting.pop()
            if current not in found and current in self._tenant.plan_steps:
                found.add(current)
                for step in self._tenant.plan_steps[current]:
                    waiting += step.get("handlerOnFailure", {}).get("planIds", ())
        return found


def has_errors(report: Document) -> bool:
    """Then its execution is refused with 501."""
    return bool(report["defective"])


def _simple(kind: str, found: Document, there: Document | None, status_there: str) -> Document:
    workspace: Document = found["workspaceInfo"] if "workspaceInfo" in found else found["workspace"]
    shown: Document = {
        "id": found.get("id", found.get("executable")),
        "name": found["name"],
        "type": kind,
        "workspaceId": workspace["id"],
        "analyzeReport": _report("CREATED" if there is None else status_there),
    }
    if there is not None:
        shown["targetId"] = there.get("id", there.get("executable"))
    return shown


def _report(status: str, text: str | None = None, level: str = "INFO") -> Document:
    return {"status": status, "messages": [] if text is None else [{"info": text, "level": level}]}


def _status(result: Document) -> str:
    return str(result["analyzeReport"]["status"])


def _results(workspace: Document) -> list[Document]:
    return [found for part in ("actions", "connections", "resources", "flows", "plans") for found in workspace[part]]
