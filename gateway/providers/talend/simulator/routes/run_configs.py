"""When and where tasks and plans run."""

from typing import Annotated, Literal

import msgspec

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, not_found
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route, no_content
from gateway.providers.talend.simulator.records import schedule_of, stop_trigger, unbind_schedule
from gateway.providers.talend.simulator.routes.plans import PLAN, plan_of
from gateway.providers.talend.simulator.routes.tasks import TASK, task_of
from gateway.providers.talend.simulator.timing.triggers import Positive, Trigger, trigger_document
from gateway.providers.talend.simulator.words import LogLevel, RuntimeType
from gateway.simulation.messages import Response, json_response

PortNumber = Annotated[str, msgspec.Meta(pattern=r"^\d{1,5}$")]
_ON_ENGINES = {
    RuntimeType.REMOTE_ENGINE: "engines",
    RuntimeType.REMOTE_ENGINE_CLUSTER: "clusters",
    RuntimeType.PIPELINE_ENGINE: "engines",
}


class Runtime(Body, frozen=True):
    type: RuntimeType
    id: str | None = None
    engine_id: str | None = None
    cluster_id: str | None = None
    run_profile_id: str | None = None


class TaskRunConfig(Body, frozen=True):
    trigger: Trigger
    runtime: Runtime
    parallel_execution_allowed: bool = False
    log_level: LogLevel = "WARN"
    remote_run_as_user: str | None = None
    timeout: Positive | None = None
    deployment_strategy: Literal["ROLLING", "PARALLEL"] = "PARALLEL"
    lineage: bool | None = None
    microservice_port: PortNumber | None = None


class DynamicRunConfig(Body, frozen=True):
    trigger: Trigger
    parallel_execution_allowed: bool = False
    log_level: LogLevel = "WARN"
    timeout: Positive | None = None
    run_profile_id: str | None = None
    lineage: bool | None = None


class PlanRunConfig(Body, frozen=True):
    trigger: Trigger
    parallel_execution_allowed: bool = False


def get_task_config(exchange: Exchange) -> Response:
    return json_response(config_of(exchange.tenant.run_configs, task_of(exchange)["id"]))


def get_dynamic_config(exchange: Exchange) -> Response:
    return json_response(config_of(exchange.tenant.de_run_configs, task_of(exchange)["id"]))


def get_plan_config(exchange: Exchange) -> Response:
    return json_response(config_of(exchange.tenant.run_configs, plan_of(exchange)["executable"]))


def put_task_config(exchange: Exchange) -> Response:
    task, wanted = task_of(exchange), exchange.body(TaskRunConfig)
    _check_runtime(exchange, wanted.runtime, task)
    defaults = {"logLevel": wanted.log_level, "deploymentStrategy": wanted.deployment_strategy}
    return _put(exchange, exchange.tenant.run_configs, task["id"], wanted, defaults)


def put_dynamic_config(exchange: Exchange) -> Response:
    wanted = exchange.body(DynamicRunConfig)
    task_id = task_of(exchange)["id"]
    return _put(exchange, exchange.tenant.de_run_configs, task_id, wanted, {"logLevel": wanted.log_level})


def put_plan_config(exchange: Exchange) -> Response:
    wanted = exchange.body(PlanRunConfig)
    return _put(exchange, exchange.tenant.run_configs, plan_of(exchange)["executable"], wanted, {})


def stop_task(exchange: Exchange) -> Response:
    return _stop(exchange, exchange.tenant.run_configs, task_of(exchange)["id"])


def stop_dynamic_task(exchange: Exchange) -> Response:
    return _stop(exchange, exchange.tenant.de_run_configs, task_of(exchange)["id"])


def stop_plan(exchange: Exchange) -> Response:
    return _stop(exchange, exchange.tenant.run_configs, plan_of(exchange)["executable"])


def config_of(configs: dict[str, Document], executable_id: str) -> Document:
    # ASSUMED: what was never configured is 404; disproved by a 200 with an empty or a manual configuration.
    found = configs.get(executable_id)
    if found is None:
        raise not_found("The run configuration of", executable_id)
    return found


def _put(
    exchange: Exchange,
    configs: dict[str, Document],
    executable_id: str,
    wanted: TaskRunConfig | DynamicRunConfig | PlanRunConfig,
    defaults: Document,
) -> Response:
    trigger = trigger_document(wanted.trigger)
    schedule = schedule_of(exchange.tenant, executable_id)
    if trigger["type"] == "MULTIPLE" and schedule is None:
        # ASSUMED: MULTIPLE only says that a schedule is linked; disproved by an account that takes it without one.
        raise bad_request("The trigger type MULTIPLE needs a linked schedule")
    if trigger["type"] != "MULTIPLE" and schedule is not None:
        # ASSUMED: a trigger of its own takes the place of the linked schedule; disproved by a refusal, or a link that stays.
        unbind_schedule(exchange.tenant, schedule["id"])
    document: Document = {**defaults, **msgspec.to_builtins(wanted), "trigger": trigger}
    document["parallelExecutionAllowed"] = wanted.parallel_execution_allowed
    configs[executable_id] = document
    return json_response(document)


def _stop(exchange: Exchange, configs: dict[str, Document], executable_id: str) -> Response:
    """Nothing but the trigger goes; a linked schedule is unlinked."""
    config_of(configs, executable_id)
    schedule = schedule_of(exchange.tenant, executable_id)
    if schedule is not None:
        unbind_schedule(exchange.tenant, schedule["id"])
    else:
        stop_trigger(exchange.tenant, executable_id)
    return no_content()


def _check_runtime(exchange: Exchange, runtime: Runtime, task: Document) -> None:
    tenant = exchange.tenant
    place = _ON_ENGINES.get(runtime.type)
    if place is None:
        if runtime.id:
            raise bad_request(f"The runtime {runtime.type.value} has no id")
        return
    documents = tenant.engines if place == "engines" else tenant.clusters
    found = documents.get(runtime.id or "")
    if found is None or tenant.environment_of(found) is not tenant.environment_of(task):
        raise bad_request(f"{runtime.id} is not among the {place} of the task's environment")


ROUTES = tuple(
    route
    for template, get, put, stop in (
        (f"{TASK}/run-config", get_task_config, put_task_config, stop_task),
        (f"{TASK}/de-run-config", get_dynamic_config, put_dynamic_config, stop_dynamic_task),
        (f"{PLAN}/run-config", get_plan_config, put_plan_config, stop_plan),
    )
    for route in (
        Route("GET", template, get),
        Route("PUT", template, put, permission=MAY_OPERATE),
        Route("DELETE", template, stop, permission=MAY_OPERATE),
    )
)
