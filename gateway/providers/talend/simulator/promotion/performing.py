"""Carries a promotion out: the target environment gets what its report says."""

from copy import deepcopy

from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.records import (
    add_artifact,
    add_artifact_version,
    add_connection,
    add_plan,
    add_resource,
    add_task,
    add_workspace,
    next_version,
)

_DONE = frozenset({"CREATED", "REPLACED", "REUSED"})

# ASSUMED: what arrives, as no source says more than that the target changes: run configurations stay behind, connections
# that exist keep their values, a replaced task keeps its id; disproved by a target environment after a real promotion.


def perform(tenant: Tenant, promotion: Document, report: Document) -> None:
    """`report` is that of `analyze`, of now or of some time ago; it gets `promotionReport` and `targetId` where they belong."""
    performer = _Performer(tenant, promotion["targetEnvironment"]["id"])
    for workspace in report["workspaces"]:
        performer.workspace(workspace)
    for part in ("connections", "resources", "actions", "flows", "plans"):
        for workspace in report["workspaces"]:
            performer.bring(part, workspace)
    performer.turn_steps()
    for runtime in (*report["engines"], *report["clusters"]):
        runtime["promotionReport"] = deepcopy(runtime["analyzeReport"])


class _Performer:
    """`_moved` holds the id in the target of everything that was looked at, by the id in the source."""

    def __init__(self, tenant: Tenant, target_id: str) -> None:
        self._tenant = tenant
        self._target_id = target_id
        self._moved: dict[str, str] = {}
        self._plans: list[str] = []  # promoted ones, by their ids in the target

    def workspace(self, result: Document) -> None:
        tenant = self._tenant
        if result["id"] not in tenant.workspaces or self._target_id not in tenant.environments:
            return
        target_id = next(
            (
                key
                for key, found in tenant.workspaces.items()
                if found["environmentId"] == self._target_id and found["name"] == result["name"]
            ),
            None,
        )
        if target_id is None:
            source = tenant.workspaces[result["id"]]
            target_id = tenant.new_id()
            add_workspace(
                tenant,
                target_id,
                result["name"],
                self._target_id,
                owner=source["owner"],
                created=tenant.now(),
                kind=source["type"],
                description=source.get("description"),
            )
        self._settle(result, target_id)

    def bring(self, part: str, workspace: Document) -> None:
        """Things that others use come first, so that users find them in the target."""
        tenant, target_id = self._tenant, self._moved.get(workspace["id"])
        documents, bring_one = {
            "connections": (tenant.connections, self._connection),
            "resources": (tenant.resources, self._resource),
            "actions": (tenant.artifacts, self._artifact),
            "flows": (tenant.tasks, self._task),
            "plans": (tenant.plans, self._plan),
        }[part]
        for row in workspace[part]:
            source = documents.get(row["id"])
            if source is not None and target_id is not None and row["analyzeReport"]["status"] in _DONE:
                there = self._find(documents, target_id, source["name"])
                self._settle(row, bring_one(source, there, target_id))

    def turn_steps(self) -> None:
        """The steps of promoted plans name tasks and plans of the target."""
        for plan_id in self._plans:
            for step in self._tenant.plan_steps[plan_id]:
                for ids in (step["taskIds"], *step.get("handlerOnFailure", {}).values()):
                    ids[:] = [self._moved.get(used, used) for used in ids]

    def _settle(self, result: Document, target_id: str) -> None:
        self._moved[result["id"]] = target_id
        result["targetId"] = target_id
        result["promotionReport"] = deepcopy(result["analyzeReport"])

    def _find(self, documents: dict[str, Document], workspace_id: str, name: str) -> str | None:
        for key, found in documents.items():
            if found["name"] == name and self._tenant.workspace_of(found)["id"] == workspace_id:
                return key
        return None

    def _connection(self, source: Document, there: str | None, workspace_id: str) -> str:
        if there is None:
            there = self._tenant.new_id()
            parameters = deepcopy(source["parameters"])
            add_connection(self._tenant, there, source["name"], source["app"], workspace_id, parameters, self._tenant.now())
        return there

    def _resource(self, source: Document, there: str | None, workspace_id: str) -> str:
        if there is None:
            there = self._tenant.new_id()
            about = source.get("description")
            add_resource(self._tenant, there, source["name"], workspace_id, description=about, is_file=source["file"])
        return there

    def _artifact(self, source: Document, there: str | None, workspace_id: str) -> str:
        tenant = self._tenant
        if there is None:
            there = tenant.new_id()
            add_artifact(tenant, there, source["name"], source["type"], workspace_id)
        newest = source["versions"][-1]
        if newest not in tenant.artifact_versions[there]:
            facts = tenant.artifact_versions[source["id"]][newest]
            own = ("publisher", "publisherType", "createDate", "parameters", "description", "repository")
            add_artifact_version(tenant, there, newest, {key: deepcopy(facts[key]) for key in own if key in facts})
        return there

    def _task(self, source: Document, there: str | None, workspace_id: str) -> str:
        tenant = self._tenant
        artifact_id = self._moved.get(source["artifact"]["id"], source["artifact"]["id"])
        version = tenant.artifacts[artifact_id]["versions"][-1]
        own = ("description", "tags", "parameters", "autoUpgradeInfo")
        facts: Document = {key: deepcopy(source[key]) for key in own if key in source}
        for kind in ("connections", "resources"):
            facts[kind] = {name: self._moved.get(used, used) for name, used in (source.get(kind) or {}).items()}
        if there is None:
            there = tenant.new_id()
        else:
            facts["version"] = next_version(tenant.tasks[there]["version"])
            facts["taskPauseDetails"] = tenant.tasks[there]["taskPauseDetails"]
        add_task(tenant, there, source["name"], workspace_id, artifact_id, version, facts)
        return there

    def _plan(self, source: Document, there: str | None, workspace_id: str) -> str:
        tenant = self._tenant
        steps = deepcopy(tenant.plan_steps[source["executable"]])
        for step in steps:
            step["id"] = tenant.new_uuid()
        if there is not None:
            self._plans.append(there)
            tenant.plan_steps[there] = steps
            tenant.plan_facts[there]["updateDate"] = iso(tenant.now())
            return there
        there = tenant.new_uuid()
        self._plans.append(there)
        facts, about = tenant.plan_facts[source["executable"]], source.get("description")
        author, kind = facts["author"], facts["authorType"]
        add_plan(
            tenant,
            there,
            source["name"],
            workspace_id,
            steps,
            author=author,
            author_type=kind,
            created=tenant.now(),
            description=about,
        )
        return there
