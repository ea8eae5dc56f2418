"""What the body of a run may hold."""

import re

import msgspec

from gateway.providers.codefresh.simulator.bodies import check_form, read_object
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.endpoint import Asked
from gateway.providers.codefresh.simulator.errors import bad_request
from gateway.providers.codefresh.simulator.pipeline import Pipeline
from gateway.providers.codefresh.simulator.state import State
from gateway.providers.codefresh.simulator.yaml_text import has_steps

_SHA = re.compile(r"[0-9a-fA-F]{7,40}")
_BRANCH = re.compile(r"[^\s~^:?*\[\\\x00-\x1f]+")


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    value: str
    encrypted: bool = False


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    no_cache: bool | None = None
    no_cf_cache: bool | None = None
    reset_volume: bool | None = None
    enable_notifications: bool | None = None
    skip: list[str] = []
    only: list[str] = []


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    cpu: str | int | float | None = None
    memory: str | int | float | None = None
    disk: str | int | float | None = None
    runtime_name: str | None = None
    pack_name: str | None = None


class RunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The vendor passes over keys it does not know. Here they are refused, so that a misspelt one cannot pass."""

    branch: str | None = None
    sha: str | None = None
    trigger: str | None = None
    # ASSUMED: values are texts; disproved by an account that takes a number.
    variables: dict[str, str] | list[Variable] = {}
    contexts: list[str] = []
    annotations: dict[str, object] | list[Document] = {}
    user_yaml_descriptor: str | None = None
    options: Options = Options()
    user_machine_config: Machine = Machine()

    def steps_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of a pipeline's steps that this run performs."""
        only = self.options.only or names
        return tuple(name for name in names if name in only and name not in self.options.skip)


def read_run_request(state: State, asked: Asked) -> tuple[RunRequest, Document]:
    """The body and its plain form; every key is optional, and so is the body."""
    sent = read_object(asked) if asked.body else {}
    request = check_form(sent, RunRequest)
    # ASSUMED: what no branch and no commit can be called is refused; disproved by a run that takes it.
    if request.branch is not None and _BRANCH.fullmatch(request.branch) is None:
        raise bad_request(f"branch is not valid: {request.branch!r}")
    if request.sha is not None and _SHA.fullmatch(request.sha) is None:
        raise bad_request(f"sha is not valid: {request.sha!r}")
    # ASSUMED: unknown contexts are refused when the run is asked for; disproved by a build that fails of it instead.
    for name in request.contexts:
        if name not in state.world.contexts:
            raise bad_request(f"context is not valid: {name}")
    if request.user_yaml_descriptor is not None and not has_steps(request.user_yaml_descriptor):
        raise bad_request("userYamlDescriptor is not valid: no steps")
    return request, sent


def find_trigger(pipeline: Pipeline, wanted: str | None) -> Document | None:
    """A git trigger by id or name."""
    # ASSUMED: a disabled trigger lends its settings all the same, a cron trigger does not; disproved by a real run.
    if wanted is None:
        return None
    for trigger in pipeline.git_triggers:
        if wanted in (trigger["id"], trigger["name"]):
            return trigger
    raise bad_request(f"trigger is not valid: {wanted}")
