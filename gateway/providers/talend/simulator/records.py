"""Makes the documents of a tenant and puts them where they belong; for generated data and for write calls alike."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.names import full_name


def add_environment(
    tenant: Tenant, environment_id: str, name: str, *, description: str | None = None, containers: int = 0, default: bool = False
) -> Document:
    document: Document = {"id": environment_id, "name": name, "maxCloudContainers": containers, "default": default}
    if description is not None:
        document["description"] = description
    tenant.environments[environment_id] = document
    return document


def add_workspace(
    tenant: Tenant,
    workspace_id: str,
    name: str,
    environment_id: str,
    *,
    owner: str,
    created: datetime,
    kind: str = "Custom",
    description: str | None = None,
    protected: bool = False,
) -> Document:
    """`kind` is Shared, Personal or Custom."""
    detail: Document = {
        "id": workspace_id,
        "name": name,
        "createDate": iso(created),
        "updateDate": iso(created),
        "owner": owner,
        "ownerFullName": full_name(owner),
        "environmentId": environment_id,
        "type": kind,
    }
    info: Document = {
        "id": workspace_id,
        "name": name,
        "owner": owner,
        "type": kind.lower(),
        "environment": tenant.environments[environment_id],
        "protectedArtifactUpdate": protected,
    }
    if description is not None:
        detail["description"] = info["description"] = description
    tenant.workspaces[workspace_id] = detail
    tenant.workspace_infos[workspace_id] = info
    return detail


def add_project(
    tenant: Tenant, project_id: str, name: str, *, owner: str, author: str, url: str, created: datetime, description: str | None
) -> Document:
    document: Document = {
        "id": project_id,
        "name": name,
        "technicalLabel": "".join(letter if letter.isalnum() else "_" for letter in name.upper()),
        "url": url,
        "author": author,
        "owner": owner,
        "projectType": "DI",
        "repoType": "GIT",
        "createDate": iso(created),
        "updateDate": iso(created),
    }
    if description is not None:
        document["description"] = description
    tenant.projects[project_id] = document
    tenant.project_users[project_id] = []
    tenant.project_groups[project_id] = []
    return document


def add_artifact(tenant: Tenant, artifact_id: str, name: str, kind: str, workspace_id: str) -> Document:
    document: Document = {
        "id": artifact_id,
        "name": name,
        "type": kind,
        "versions": [],
        "workspace": tenant.workspace_infos[workspace_id],
    }
    tenant.artifacts[artifact_id] = document
    tenant.artifact_versions[artifact_id] = {}
    return document


def add_artifact_version(tenant: Tenant, artifact_id: str, version: str, facts: Mapping[str, object]) -> Document:
    """Newest last. `facts`: publisher, parameters, createDate and what else a version shows."""
    artifact = tenant.artifacts[artifact_id]
    document: Document = {
        "id": artifact_id,
        "name": artifact["name"],
        "version": version,
        "type": artifact["type"],
        "marketplaceProduct": "",
        "workspace": artifact["workspace"],
        **facts,
    }
    artifact["versions"].append(version)
    tenant.artifact_versions[artifact_id][version] = document
    return document


def add_connection(
    tenant: Tenant, connection_id: str, name: str, app: str, workspace_id: str, parameters: Iterable[Document], created: datetime
) -> Document:
    document: Document = {
        "id": connection_id,
        "name": name,
        "app": app,
        "createDate": iso(created),
        "parameters": list(parameters),
        "workspace": tenant.workspace_infos[workspace_id],
    }
    tenant.connections[connection_id] = document
    return document


def add_resource(
    tenant: Tenant, resource_id: str, name: str, workspace_id: str, *, description: str | None, is_file: bool
) -> Document:
    document: Document = {
        "id": resource_id,
        "name": name,
        "workspaceInfo": tenant.workspace_infos[workspace_id],
        "file": is_file,
    }
    if description is not None:
        document["description"] = description
    tenant.resources[resource_id] = document
    return document


def add_task(
    tenant: Tenant, task_id: str, name: str, workspace_id: str, artifact_id: str, artifact_version: str, facts: Mapping[str, object]
) -> Document:
    """`facts`: version, description, tags, connections, parameters, resources, autoUpgradeInfo."""
    artifact: Document = {"id": artifact_id, "name": tenant.artifacts[artifact_id]["name"], "version": artifact_version}
    document: Document = {
        "id": task_id,
        "name": name,
        "workspace": tenant.workspace_infos[workspace_id],
        "version": "1.0",
        "artifact": artifact,
        "taskPauseDetails": {"pause": False},
        **facts,
    }
    tenant.tasks[task_id] = document
    return document


def add_plan(
    tenant: Tenant,
    plan_id: str,
    name: str,
    workspace_id: str,
    steps: list[Document],
    *,
    author: str,
    author_type: str,
    created: datetime,
    description: str | None = None,
) -> Document:
    """`steps` carry their ids already."""
    document: Document = {
        "executable": plan_id,
        "name": name,
        "workspace": tenant.workspace_infos[workspace_id],
        "planPauseDetails": {"pause": False},
    }
    if description is not None:
        document["description"] = description
    tenant.plans[plan_id] = document
    tenant.plan_steps[plan_id] = steps
    tenant.plan_facts[plan_id] = {"createDate": iso(created), "author": author, "authorType": author_type}
    return document


def add_promotion(
    tenant: Tenant, promotion_id: str, source_id: str, target_id: str, *, name: str, description: str | None = None
) -> Document:
    document: Document = {
        "executable": promotion_id,
        "name": name,
        "sourceEnvironment": tenant.environments[source_id],
        "targetEnvironment": tenant.environments[target_id],
    }
    if description is not None:
        document["description"] = description
    tenant.promotions[promotion_id] = document
    tenant.promotion_users[promotion_id] = {"executable": promotion_id, "userIds": [], "serviceAccountIds": []}
    return document


def add_schedule(
    tenant: Tenant, schedule_id: str, environment_id: str, triggers: list[Document], *, description: str | None = None
) -> Document:
    document: Document = {"id": schedule_id, "triggers": triggers, "environmentId": environment_id}
    if description is not None:
        document["description"] = description
    tenant.schedules[schedule_id] = document
    return document


def set_pause(
    tenant: Tenant, executable_id: str, *, paused: bool, context: str | None, user: str, user_type: str, at: datetime
) -> None:
    details: Document = {"pause": paused, "user": user, "userType": user_type, "pauseDate": iso(at)}
    if context is not None:
        details["pauseContext"] = context
    if executable_id in tenant.tasks:
        tenant.tasks[executable_id]["taskPauseDetails"] = details
    else:
        tenant.plans[executable_id]["planPauseDetails"] = details
    tenant.pauses[executable_id] = paused


def bind_schedule(tenant: Tenant, schedule_id: str, executable_id: str) -> None:
    """The schedule drives the task or plan from now on, and its run configuration says so."""
    schedule = tenant.schedules[schedule_id]
    schedule["executableId"] = executable_id
    schedule["executableType"] = "Task" if executable_id in tenant.tasks else "Plan"
    for configs in (tenant.run_configs, tenant.de_run_configs):
        if executable_id in configs:
            configs[executable_id]["trigger"] = trigger_without_times("MULTIPLE", tenant)


def unbind_schedule(tenant: Tenant, schedule_id: str) -> None:
    schedule = tenant.schedules[schedule_id]
    executable_id = schedule.pop("executableId")
    del schedule["executableType"]
    stop_trigger(tenant, executable_id)


def stop_trigger(tenant: Tenant, executable_id: str) -> None:
    """What is left is a configuration that runs by hand only."""
    for configs in (tenant.run_configs, tenant.de_run_configs):
        if executable_id in configs:
            configs[executable_id]["trigger"] = trigger_without_times("MANUAL", tenant)


def trigger_without_times(kind: str, tenant: Tenant) -> Document:
    # ASSUMED: startDate and timeZone are there, as they are marked required; disproved by such a trigger without them.
    return {"type": kind, "startDate": tenant.now().date().isoformat(), "timeZone": "UTC"}


def schedule_of(tenant: Tenant, executable_id: str) -> Document | None:
    return next((found for found in tenant.schedules.values() if found.get("executableId") == executable_id), None)


def next_version(version: str) -> str:
    """Of a task after a change: `5.2` becomes `5.3`."""
    major, _, minor = version.partition(".")
    return f"{major}.{int(minor or 0) + 1}"
