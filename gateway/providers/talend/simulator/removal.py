"""Takes definitions out of the tenant, with all that hangs on them. Checks nothing."""

from gateway.providers.talend.simulator.data import Tenant
from gateway.providers.talend.simulator.records import schedule_of


def remove_task(tenant: Tenant, task_id: str) -> None:
    _remove_executable(tenant, task_id)
    del tenant.tasks[task_id]


def remove_plan(tenant: Tenant, plan_id: str) -> None:
    _remove_executable(tenant, plan_id)
    del tenant.plans[plan_id], tenant.plan_steps[plan_id], tenant.plan_facts[plan_id]


def remove_artifact(tenant: Tenant, artifact_id: str) -> None:
    del tenant.artifacts[artifact_id], tenant.artifact_versions[artifact_id]


def remove_promotion(tenant: Tenant, promotion_id: str) -> None:
    del tenant.promotions[promotion_id], tenant.promotion_users[promotion_id]


def remove_workspace(tenant: Tenant, workspace_id: str) -> None:
    """With its plans, tasks, artifacts, connections and resources."""

    def inside(documents: dict[str, dict[str, object]]) -> list[str]:
        return [key for key, found in documents.items() if tenant.workspace_of(found)["id"] == workspace_id]

    for plan_id in inside(tenant.plans):
        remove_plan(tenant, plan_id)
    for task_id in inside(tenant.tasks):
        remove_task(tenant, task_id)
    for artifact_id in inside(tenant.artifacts):
        remove_artifact(tenant, artifact_id)
    for documents in (tenant.connections, tenant.resources):
        for key in inside(documents):
            del documents[key]
    del tenant.workspaces[workspace_id], tenant.workspace_infos[workspace_id]


def remove_environment(tenant: Tenant, environment_id: str) -> None:
    """With its workspaces and schedules."""
    for workspace_id in [key for key, found in tenant.workspaces.items() if found["environmentId"] == environment_id]:
        remove_workspace(tenant, workspace_id)
    for schedule_id in [key for key, found in tenant.schedules.items() if found["environmentId"] == environment_id]:
        del tenant.schedules[schedule_id]
    del tenant.environments[environment_id]


def _remove_executable(tenant: Tenant, executable_id: str) -> None:
    """The schedule that drove it stays, unused."""
    schedule = schedule_of(tenant, executable_id)
    if schedule is not None:
        del schedule["executableId"], schedule["executableType"]
    for by_id in (tenant.run_configs, tenant.de_run_configs, tenant.pauses):
        by_id.pop(executable_id, None)
