"""What the simulated tenant holds at the start; a function of profile, seed and the clock's start alone.

`uneven` is a lived-in tenant: 3 environments, 6 workspaces, 8 projects, 30 artifacts, 12 connections, 25 tasks, 8 plans.
`even` is one workspace with 50 alike tasks and little else, for counting calls.
"""

from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.demo.deployables import make_deployables
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.demo.places import make_places
from gateway.providers.talend.simulator.demo.plans import make_plans
from gateway.providers.talend.simulator.demo.promotions import make_promotions
from gateway.providers.talend.simulator.demo.schedules import make_schedules
from gateway.providers.talend.simulator.demo.tasks import make_tasks
from gateway.providers.talend.simulator.identifiers import iso, seeded, uuid4
from gateway.providers.talend.simulator.records import (
    add_artifact,
    add_artifact_version,
    add_environment,
    add_plan,
    add_task,
    add_workspace,
)
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import Clock

EVEN_TASKS = 50


def make_tenant(profile: str, seed: int, clock: Clock, settings: SimulatorSettings | None = None) -> Tenant:
    """`profile` is uneven or even."""
    account_id = uuid4(seeded(seed, "account"))
    tenant = Tenant(clock, seed, settings or SimulatorSettings(), account_id)
    maker = Maker(tenant)
    if profile == "even":
        _make_even(maker)
        return tenant
    for make in (make_places, make_deployables, make_tasks, make_plans, make_schedules, make_promotions):
        make(maker)
    return tenant


def _make_even(maker: Maker) -> None:
    tenant = maker.tenant
    environment_id, workspace_id, artifact_id = (maker.object_id(days) for days in (400, 390, 380))
    add_environment(tenant, environment_id, "Production", default=True)
    add_workspace(tenant, workspace_id, "Warehouse", environment_id, owner="mreyes", created=maker.days_ago(390))
    add_artifact(tenant, artifact_id, "load_table", "standard", workspace_id)
    version: Document = {
        "publisher": "mreyes",
        "publisherType": "HUMAN",
        "createDate": iso(maker.days_ago(380)),
        "parameters": [],
    }
    add_artifact_version(tenant, artifact_id, "0.1.0", version)
    task_ids = []
    for number in range(1, EVEN_TASKS + 1):
        task_id = maker.object_id(300 - number)
        facts: Document = {"version": "1.0", "tags": [], "connections": {}, "parameters": {"table": f"t{number:02d}"}}
        add_task(tenant, task_id, f"Load table {number:02d}", workspace_id, artifact_id, "0.1.0", facts)
        trigger: Document = {"type": "MANUAL", "startDate": maker.days_ago(200).date().isoformat(), "timeZone": "UTC"}
        tenant.run_configs[task_id] = {
            "trigger": trigger,
            "runtime": {"type": "CLOUD"},
            "parallelExecutionAllowed": True,
            "logLevel": "WARN",
        }
        task_ids.append(task_id)
    step: Document = {"id": maker.uuid(), "name": "Load", "condition": "ALL_SUCCEEDED", "taskIds": task_ids[:2]}
    add_plan(
        tenant,
        maker.uuid(),
        "Load two tables",
        workspace_id,
        [step],
        author="mreyes",
        author_type="HUMAN",
        created=maker.days_ago(100),
    )
