"""What still uses a definition, and so keeps it from being deleted."""

from typing import Literal

from gateway.providers.talend.simulator.data import Document, Tenant


def tasks_of_steps(steps: list[Document]) -> set[str]:
    """Ids of every task of a plan, those of error handlers too."""
    return {task_id for step in steps for task_id in (*step["taskIds"], *step.get("handlerOnFailure", {}).get("taskIds", ()))}


def tasks_of_artifact(tenant: Tenant, artifact_id: str, version: str | None = None) -> list[Document]:
    """Tasks that run the artifact; with a version, only those that run that one."""
    return [
        task
        for task in tenant.tasks.values()
        if task["artifact"]["id"] == artifact_id and version in (None, task["artifact"]["version"])
    ]


def tasks_with(tenant: Tenant, kind: Literal["connections", "resources"], identifier: str) -> list[Document]:
    return [task for task in tenant.tasks.values() if identifier in (task.get(kind) or {}).values()]


def plans_of_task(tenant: Tenant, task_id: str) -> list[Document]:
    return [tenant.plans[plan_id] for plan_id, steps in tenant.plan_steps.items() if task_id in tasks_of_steps(steps)]


def plans_with_handler(tenant: Tenant, plan_id: str) -> list[Document]:
    """Plans of whose error handlers this one is."""
    return [
        tenant.plans[other]
        for other, steps in tenant.plan_steps.items()
        if any(plan_id in step.get("handlerOnFailure", {}).get("planIds", ()) for step in steps)
    ]


def users_elsewhere(tenant: Tenant, workspace_id: str) -> list[Document]:
    """Tasks and plans of other workspaces that use something of this one."""

    def here(documents: dict[str, Document]) -> set[str]:
        return {key for key, found in documents.items() if tenant.workspace_of(found)["id"] == workspace_id}

    users: list[Document] = []
    for artifact_id in here(tenant.artifacts):
        users += tasks_of_artifact(tenant, artifact_id)
    for connection_id in here(tenant.connections):
        users += tasks_with(tenant, "connections", connection_id)
    for resource_id in here(tenant.resources):
        users += tasks_with(tenant, "resources", resource_id)
    for task_id in here(tenant.tasks):
        users += plans_of_task(tenant, task_id)
    for plan_id in here(tenant.plans):
        users += plans_with_handler(tenant, plan_id)
    return [user for user in users if tenant.workspace_of(user)["id"] != workspace_id]


def users_of_environment(tenant: Tenant, environment_id: str) -> list[str]:
    """The engines assigned to it and the promotions that refer to it, in words."""
    engines = [
        f"engine {found['name']}"
        for found in (*tenant.engines.values(), *tenant.clusters.values())
        if tenant.environment_of(found)["id"] == environment_id
    ]
    promotions = [
        f"promotion {found['name']}"
        for found in tenant.promotions.values()
        if environment_id in (found["sourceEnvironment"]["id"], found["targetEnvironment"]["id"])
    ]
    return engines + promotions
