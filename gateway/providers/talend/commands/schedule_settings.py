"""How runs are executed, as far as the command that schedules them says."""

from msgspec import UNSET

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.schedules import RuntimeChoice, SchedulePipeline
from gateway.domain.errors import InvalidInputError
from gateway.providers.talend.commands.pipeline_input import log_level, whole_minutes

SETTINGS_OF_TASKS = ("runtime", "log_level", "timeout_s", "run_as")
RUNTIMES = ("CLOUD", "REMOTE_ENGINE", "REMOTE_ENGINE_CLUSTER", "CLOUD_EXCLUSIVE", "PIPELINE_ENGINE")


def with_settings(config: JsonObject, command: SchedulePipeline) -> JsonObject:
    """A copy of the vendor's configuration, with what is given in the place of what it has. Nothing else is lost."""
    body = dict(config)
    if command.runtime is not UNSET:
        body["runtime"] = _runtime(command.runtime)
    if command.parallel_runs_allowed is not UNSET:
        body["parallelExecutionAllowed"] = command.parallel_runs_allowed
    if command.log_level is not UNSET:
        body["logLevel"] = log_level(command.log_level, "log_level")
    if command.timeout_s is not UNSET:
        _set(body, "timeout", None if command.timeout_s is None else whole_minutes(command.timeout_s, "timeout_s"))
    if command.run_as is not UNSET:
        _set(body, "remoteRunAsUser", command.run_as)
    return body


def _set(body: JsonObject, name: str, value: object) -> None:
    if value is None:
        body.pop(name, None)
    else:
        body[name] = value


def _runtime(choice: RuntimeChoice) -> JsonObject:
    if choice.type not in RUNTIMES:
        raise InvalidInputError(f"`type` must be one of {', '.join(RUNTIMES)}.", field="runtime.type")
    told = {
        "type": choice.type,
        "id": choice.external_id,
        "engineId": choice.engine_id,
        "clusterId": choice.cluster_id,
        "runProfileId": choice.run_profile_id,
    }
    return {name: value for name, value in told.items() if value is not None}
