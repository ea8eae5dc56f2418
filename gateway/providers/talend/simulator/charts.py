"""A plan's steps as the linked list that its details show."""

from gateway.providers.talend.simulator.data import Document, Tenant


def chart_of(tenant: Tenant, plan_id: str) -> Document | None:
    """The first step; each next one hangs in `nextStep`. None for a plan without steps."""
    chart: Document | None = None
    for step in reversed(tenant.plan_steps[plan_id]):
        shown: Document = {
            "id": step["id"],
            "abstractStepId": step["id"],
            "name": step["name"],
            "flows": [_flow(tenant, plan_id, task_id) for task_id in step["taskIds"]],
            "taskIds": list(step["taskIds"]),
        }
        if "note" in step:
            shown["note"] = step["note"]
        handler = step.get("handlerOnFailure")
        if handler:
            shown["stepOnException"] = _handler(tenant, plan_id, step, handler)
        if chart is not None:
            shown["nextStep"] = chart
        chart = shown
    return chart


def _handler(tenant: Tenant, plan_id: str, step: Document, handler: Document) -> Document:
    # ASSUMED: a plan in an error handler is one of its flows; disproved by a chart that shows it elsewhere.
    plans = [
        {"id": other, "name": tenant.plans[other]["name"], "abstractPlanId": other}
        for other in handler.get("planIds", ())
        if other in tenant.plans
    ]
    return {
        "id": f"{step['id']}-handler",
        "abstractStepId": f"{step['id']}-handler",
        "name": f"{step['name']} error handler",
        "flows": [*(_flow(tenant, plan_id, task_id) for task_id in handler.get("taskIds", ())), *plans],
        "taskIds": list(handler.get("taskIds", ())),
    }


def _flow(tenant: Tenant, plan_id: str, task_id: str) -> Document:
    task = tenant.tasks[task_id]
    shown: Document = {
        "id": task_id,
        "name": task["name"],
        "version": task["version"],
        "workspaceId": task["workspace"]["id"],
        "abstractPlanId": plan_id,
        "artifact": dict(task["artifact"]),
        "taskPauseDetails": task["taskPauseDetails"],
    }
    if "description" in task:
        shown["description"] = task["description"]
    runtime = tenant.run_configs.get(task_id, {}).get("runtime")
    if runtime is not None:
        shown["destination"] = runtime["type"]
    return shown
