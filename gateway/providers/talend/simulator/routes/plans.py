"""Single plans: details show the steps as a chart; what create and replace answer shows them as a list."""

from collections.abc import Sequence

from gateway.providers.talend.simulator.charts import chart_of
from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, conflict
from gateway.providers.talend.simulator.exchange import PAGING, Body, Exchange, Name, Route, no_content, page
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.lookups import find, in_scope, name_matches, named_in_body, workspace_info
from gateway.providers.talend.simulator.records import add_plan
from gateway.providers.talend.simulator.removal import remove_plan
from gateway.providers.talend.simulator.usage import plans_with_handler, tasks_of_steps
from gateway.providers.talend.simulator.words import StepCondition
from gateway.simulation.messages import Response, json_response

PLANS = "/orchestration/executables/plans"
PLAN = f"{PLANS}/{{planId}}"


class ErrorHandler(Body, frozen=True):
    task_ids: tuple[str, ...] = ()
    plan_ids: tuple[str, ...] = ()


class Step(Body, frozen=True):
    name: Name
    condition: StepCondition
    task_ids: list[str]
    id: str | None = None
    handler_on_failure: ErrorHandler | None = None
    note: str | None = None


class PlanToWrite(Body, frozen=True):
    name: Name
    workspace_id: str
    steps: list[Step]
    description: str | None = None


def list_plans(exchange: Exchange) -> Response:
    offset, limit = exchange.window()
    name, task_id, plan_id = exchange.text("name"), exchange.text("taskId"), exchange.text("planId")
    rows = [
        _row(exchange, plan)
        for plan in in_scope(exchange, exchange.tenant.plans.values())
        if name_matches(exchange, plan, name)
        and plan_id in (None, plan["executable"])
        and (task_id is None or task_id in tasks_of_steps(exchange.tenant.plan_steps[plan["executable"]]))
    ]
    return page(rows, offset, limit)


def get_plan(exchange: Exchange) -> Response:
    plan = plan_of(exchange)
    shown = _row(exchange, plan)
    chart = chart_of(exchange.tenant, plan["executable"])
    if chart is not None:
        shown["chart"] = chart
    return json_response(shown)


def create_plan(exchange: Exchange) -> Response:
    tenant, wanted = exchange.tenant, exchange.body(PlanToWrite)
    workspace = named_in_body(lambda: workspace_info(exchange, wanted.workspace_id))
    plan_id = tenant.new_uuid()
    steps = _steps(exchange, wanted, workspace, plan_id)
    add_plan(
        tenant,
        plan_id,
        wanted.name,
        workspace["id"],
        steps,
        author=exchange.caller.id,
        author_type=exchange.caller.type,
        created=exchange.now,
        description=wanted.description,
    )
    return json_response(_written(exchange, plan_id), 201)


def replace_plan(exchange: Exchange) -> Response:
    tenant, plan, wanted = exchange.tenant, plan_of(exchange), exchange.body(PlanToWrite)
    plan_id = plan["executable"]
    workspace = named_in_body(lambda: workspace_info(exchange, wanted.workspace_id))
    # ASSUMED: a plan stays in its environment; disproved by a replacement that moves it to another.
    if workspace["environment"]["id"] != plan["workspace"]["environment"]["id"]:
        raise bad_request("The workspace is in another environment than the plan")
    tenant.plan_steps[plan_id] = _steps(exchange, wanted, workspace, plan_id)
    plan["name"], plan["workspace"] = wanted.name, workspace
    plan.pop("description", None)
    if wanted.description is not None:
        plan["description"] = wanted.description
    tenant.plan_facts[plan_id]["updateDate"] = iso(exchange.now)
    return json_response(_written(exchange, plan_id))


def delete_plan(exchange: Exchange) -> Response:
    plan = plan_of(exchange)
    users = plans_with_handler(exchange.tenant, plan["executable"])
    if users:
        raise conflict(f"Plan {plan['name']} handles errors of {', '.join(user['name'] for user in users)}")
    remove_plan(exchange.tenant, plan["executable"])
    return no_content()


def plan_of(exchange: Exchange) -> Document:
    return find(exchange, exchange.tenant.plans, "Plan", exchange.param("planId"))


def _row(exchange: Exchange, plan: Document) -> Document:
    # ASSUMED: the rows of the list have no chart; disproved by a list that shows one.
    status = exchange.tenant.plan_status(plan["executable"])
    return dict(plan) if status is None else {**plan, "status": status}


def _written(exchange: Exchange, plan_id: str) -> Document:
    plan, facts = exchange.tenant.plans[plan_id], exchange.tenant.plan_facts[plan_id]
    own: Document = {key: plan[key] for key in ("name", "description", "workspace") if key in plan}
    return {"id": plan_id, **own, **facts, "steps": exchange.tenant.plan_steps[plan_id]}


def _steps(exchange: Exchange, wanted: PlanToWrite, workspace: Document, plan_id: str) -> list[Document]:
    """Steps that the plan has already keep their ids."""
    tenant = exchange.tenant
    present = {step["id"] for step in tenant.plan_steps.get(plan_id, ())}
    if not wanted.steps or not all(step.task_ids for step in wanted.steps):
        raise bad_request("A plan needs a step, and a step needs a task")
    rows: list[Document] = []
    for step in wanted.steps:
        handler = step.handler_on_failure
        tasks = (*step.task_ids, *(handler.task_ids if handler is not None else ()))
        _check_inside(exchange, tenant.tasks, tasks, workspace)
        row: Document = {
            "id": step.id if step.id in present else tenant.new_uuid(),
            "name": step.name,
            "condition": step.condition,
            "taskIds": step.task_ids,
        }
        if handler is not None:
            if plan_id in handler.plan_ids:
                raise bad_request("A plan cannot handle its own errors")
            _check_inside(exchange, tenant.plans, handler.plan_ids, workspace)
            row["handlerOnFailure"] = {"taskIds": list(handler.task_ids), "planIds": list(handler.plan_ids)}
        if step.note is not None:
            row["note"] = step.note
        rows.append(row)
    return rows


def _check_inside(exchange: Exchange, documents: dict[str, Document], identifiers: Sequence[str], workspace: Document) -> None:
    for identifier in identifiers:
        found = documents.get(identifier)
        if found is None or exchange.tenant.environment_of(found) is not workspace["environment"]:
            raise bad_request(f"{identifier} is not in environment {workspace['environment']['name']}")


ROUTES = (
    Route("GET", PLANS, list_plans, PAGING | {"environmentId", "workspaceId", "taskId", "planId", "name"}),
    Route("POST", PLANS, create_plan, permission=MAY_OPERATE),
    Route("GET", PLAN, get_plan),
    Route("PUT", PLAN, replace_plan, permission=MAY_OPERATE),
    Route("DELETE", PLAN, delete_plan, permission=MAY_OPERATE),
)
