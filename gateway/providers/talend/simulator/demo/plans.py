"""Plans with their steps and run configurations."""

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.demo.deployables import DEVELOPMENT, FINANCE, RETAIL, STAGING
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.demo.tasks import demo_trigger
from gateway.providers.talend.simulator.records import add_plan, set_pause

_ALL, _ONE, _ALWAYS = "ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON"

# Workspace, plan, trigger (None: not configured), steps: name, condition, tasks, tasks and plans of the error handler.
_PLANS: tuple[tuple[str, str, str | None, tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]], ...] = (
    (FINANCE, "Finance fall-back", "manual", (("Alert", _ALL, ("Alert finance team",), (), ()),)),
    (
        RETAIL,
        "Nightly sales",
        "daily",
        (
            (
                "Extract",
                _ALL,
                ("Load orders from shop", "Load customers from CRM", "Load stock levels"),
                ("Notify on-call",),
                (),
            ),
            ("Enrich", _ONE, ("Enrich orders with margin", "Aggregate sessions"), (), ()),
            ("Publish", _ALL, ("Publish sales mart",), ("Notify on-call",), ()),
            ("Report", _ALWAYS, ("Sales report by mail",), (), ()),
        ),
    ),
    (
        RETAIL,
        "Hourly stock",
        "hourly",
        (("Load", _ALL, ("Load stock levels",), (), ()), ("Publish", _ALL, ("Publish sales mart",), (), ())),
    ),
    (
        RETAIL,
        "Weekly customer refresh",
        "weekly",
        (
            ("Load", _ALL, ("Load customers from CRM",), ("Notify on-call",), ()),
            ("Clean", _ALWAYS, ("Clean customer addresses",), (), ()),
        ),
    ),
    (
        FINANCE,
        "Month-end close",
        "monthly",
        (
            ("Import", _ALL, ("Import bank statements", "Download exchange rates"), (), ("Finance fall-back",)),
            ("Reconcile", _ALL, ("Reconcile payments",), ("Alert finance team",), ()),
            ("Check", _ONE, ("Check trial balance",), (), ()),
            ("Export", _ALL, ("Export general ledger",), ("Alert finance team",), ()),
        ),
    ),
    (FINANCE, "Quarter-end archive", None, (("Export", _ALL, ("Export general ledger",), (), ()),)),
    (
        STAGING,
        "Release rehearsal",
        "webhook",
        (("Load", _ALL, ("Load orders from shop",), (), ()), ("Publish", _ALL, ("Publish sales mart",), (), ())),
    ),
    (DEVELOPMENT, "Smoke test", "manual", (("Everything", _ALWAYS, ("Load orders from shop", "Publish sales mart"), (), ()),)),
)
_PAUSED = "Quarter-end archive"
_OLD_IDS = frozenset({"Finance fall-back", "Quarter-end archive"})  # 24 hex digits, where newer plans have a UUID


def make_plans(maker: Maker) -> None:
    tenant = maker.tenant
    for position, (place, name, trigger, rows) in enumerate(_PLANS):
        age = 300 - 25 * position
        plan_id = maker.object_id(age) if name in _OLD_IDS else maker.uuid()
        steps = [_step(maker, place, *row) for row in rows]
        add_plan(
            tenant,
            plan_id,
            name,
            maker.workspaces[place],
            steps,
            author="tokafor" if place != FINANCE else "jlindgren",
            author_type="HUMAN",
            created=maker.days_ago(age),
            description=f"{len(steps)} steps" if position % 2 else None,
        )
        if trigger is not None:
            tenant.run_configs[plan_id] = {
                "trigger": demo_trigger(maker, trigger),
                "parallelExecutionAllowed": name == "Smoke test",
            }
        if name == _PAUSED:
            at = maker.days_ago(20)
            set_pause(tenant, plan_id, paused=True, context="Until the audit is over", user="mreyes", user_type="HUMAN", at=at)


def _step(
    maker: Maker, place: str, name: str, condition: str, tasks: tuple[str, ...], handlers: tuple[str, ...], plans: tuple[str, ...]
) -> Document:
    tenant = maker.tenant
    step: Document = {
        "id": maker.uuid(),
        "name": name,
        "condition": condition,
        "taskIds": [maker.in_workspace(tenant.tasks, place, task) for task in tasks],
    }
    if handlers or plans:
        step["handlerOnFailure"] = {
            "taskIds": [maker.in_workspace(tenant.tasks, place, task) for task in handlers],
            "planIds": [maker.in_workspace(tenant.plans, place, plan) for plan in plans],
        }
    if len(tasks) > 1:
        step["note"] = f"{len(tasks)} tasks side by side"
    return step
