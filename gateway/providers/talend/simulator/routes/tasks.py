"""Single tasks: read, create, replace, upgrade, delete."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, conflict
from gateway.providers.talend.simulator.exchange import Body, Exchange, Name, Route, no_content
from gateway.providers.talend.simulator.lookups import environment, find, named_in_body, workspace_info
from gateway.providers.talend.simulator.records import add_task, next_version
from gateway.providers.talend.simulator.removal import remove_task
from gateway.providers.talend.simulator.usage import plans_of_task
from gateway.simulation.messages import Response, json_response

TASKS = "/orchestration/executables/tasks"
TASK = f"{TASKS}/{{taskId}}"


class ArtifactRef(Body, frozen=True):
    id: str
    version: str


class AutoUpgrade(Body, frozen=True):
    auto_upgradable: bool = False
    override_with_default_parameters: bool = False


class TaskToReplace(Body, frozen=True):
    """Everything that is left out is gone afterwards."""

    workspace_id: str
    name: Name
    description: str
    artifact: ArtifactRef
    tags: list[str] | None = None
    connections: dict[str, str] | None = None
    parameters: dict[str, str] | None = None
    resources: dict[str, str] | None = None
    auto_upgrade_info: AutoUpgrade | None = None


class TaskToCreate(TaskToReplace, frozen=True, kw_only=True):
    environment_id: str
    description: str = ""


class TaskToUpgrade(Body, frozen=True):
    latest_artifact: bool = False
    force_update: bool = False


def get_task(exchange: Exchange) -> Response:
    return json_response(task_of(exchange))


def create_task(exchange: Exchange) -> Response:
    tenant, wanted = exchange.tenant, exchange.body(TaskToCreate)
    named_in_body(lambda: environment(exchange, wanted.environment_id))
    workspace = named_in_body(lambda: workspace_info(exchange, wanted.workspace_id))
    if workspace["environment"]["id"] != wanted.environment_id:
        raise bad_request("The workspace is not in the environment")
    artifact, facts = _artifact(exchange, wanted.artifact), _facts(exchange, wanted, workspace)
    created = add_task(tenant, tenant.new_id(), wanted.name, workspace["id"], artifact["id"], wanted.artifact.version, facts)
    return json_response(created, 201)


def replace_task(exchange: Exchange) -> Response:
    tenant, task, wanted = exchange.tenant, task_of(exchange), exchange.body(TaskToReplace)
    workspace = named_in_body(lambda: workspace_info(exchange, wanted.workspace_id))
    # ASSUMED: a task stays in its environment; disproved by a replacement that moves it to another.
    if workspace["environment"]["id"] != task["workspace"]["environment"]["id"]:
        raise bad_request("The workspace is in another environment than the task")
    artifact, facts = _artifact(exchange, wanted.artifact), _facts(exchange, wanted, workspace)
    facts |= {"version": next_version(task["version"]), "taskPauseDetails": task["taskPauseDetails"]}
    replaced = add_task(tenant, task["id"], wanted.name, workspace["id"], artifact["id"], wanted.artifact.version, facts)
    return json_response(replaced)


def upgrade_task(exchange: Exchange) -> Response:
    """Takes the artifact's newest version."""
    task, wanted = task_of(exchange), exchange.body(TaskToUpgrade)
    kind = exchange.tenant.artifact_type(task["id"])
    if wanted.latest_artifact and kind in ("route", "data_service"):
        raise bad_request("Routes and data services cannot be upgraded so")
    newest = exchange.tenant.artifacts[task["artifact"]["id"]]["versions"][-1]
    if wanted.latest_artifact and (newest != task["artifact"]["version"] or wanted.force_update):
        task["artifact"]["version"] = newest
        task["version"] = next_version(task["version"])
    return no_content()


def delete_task(exchange: Exchange) -> Response:
    task = task_of(exchange)
    users = plans_of_task(exchange.tenant, task["id"])
    if users:
        raise conflict(f"Task {task['name']} is used by {', '.join(plan['name'] for plan in users)}")
    remove_task(exchange.tenant, task["id"])
    return no_content()


def _artifact(exchange: Exchange, wanted: ArtifactRef) -> Document:
    artifact = named_in_body(lambda: find(exchange, exchange.tenant.artifacts, "Artifact", wanted.id))
    if wanted.version not in artifact["versions"]:
        raise bad_request(f"Artifact {artifact['name']} has no version {wanted.version}")
    return artifact


def _facts(exchange: Exchange, wanted: TaskToReplace, workspace: Document) -> Document:
    """What is set; connections and resources must be in the workspace's environment."""
    facts: Document = {} if not wanted.description else {"description": wanted.description}
    used = (("connections", wanted.connections), ("resources", wanted.resources))
    for kind, by_name in used:
        documents: dict[str, Document] = getattr(exchange.tenant, kind)
        for identifier in (by_name or {}).values():
            found = documents.get(identifier)
            if found is None or exchange.tenant.environment_of(found) is not workspace["environment"]:
                raise bad_request(f"{identifier} is not among the {kind} of the environment")
    given = (*used, ("tags", wanted.tags), ("parameters", wanted.parameters))
    facts |= {key: value for key, value in given if value is not None}
    if wanted.auto_upgrade_info is not None:
        upgrade = wanted.auto_upgrade_info
        facts["autoUpgradeInfo"] = {
            "autoUpgradable": upgrade.auto_upgradable,
            "overrideWithDefaultParameters": upgrade.override_with_default_parameters,
        }
    return facts


def task_of(exchange: Exchange) -> Document:
    return find(exchange, exchange.tenant.tasks, "Task", exchange.param("taskId"))


ROUTES = (
    Route("POST", TASKS, create_task, permission=MAY_OPERATE),
    Route("GET", TASK, get_task),
    Route("PUT", TASK, replace_task, permission=MAY_OPERATE),
    Route("PATCH", TASK, upgrade_task, permission=MAY_OPERATE),
    Route("DELETE", TASK, delete_task, permission=MAY_OPERATE),
)
