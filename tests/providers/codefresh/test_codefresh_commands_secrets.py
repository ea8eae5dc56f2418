"""Who may not is told which scope it takes; and what is secret goes to the vendor and nowhere else."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.integration_contexts import CreateIntegrationContext, UpdateIntegrationContext
from gateway.domain.commands.performed import Performed
from gateway.domain.commands.pipelines import CreatePipeline, UpdatePipeline
from gateway.domain.commands.projects import CreateProject, UpdateProject
from gateway.domain.commands.runs import RunPipeline
from gateway.domain.commands.triggers import CreateTrigger
from gateway.domain.provider import Provider
from gateway.providers.codefresh.explain import explain
from gateway.providers.codefresh.simulator.canary import CANARY
from gateway.providers.codefresh.simulator.keys import READ_ONLY_KEY
from gateway.simulation.control import Fault
from tests.contract.commands.example import Example, Stage
from tests.contract.commands.examples import codefresh
from tests.contract.commands.examples.codefresh_made import new_context, new_pipeline, new_project
from tests.contract.commands.examples.codefresh_triggers import GIT
from tests.providers.codefresh.opened import NAME, app_of, open_provider
from tests.providers.codefresh.written import refused

pytestmark = pytest.mark.anyio

HUSH = "hush-" + "never-to-be-seen"
SECRET = (Variable("T", HUSH, True),)
SCOPES = {
    "runPipeline": "pipeline:run",
    "cancelRun": "build:write",
    "retryRun": "build:write",
    "approveRun": "workflow:write",
    "denyRun": "workflow:write",
    "createProject": "project:write",
    "updateProject": "project:write",
    "deleteProject": "project:write",
}


@pytest.mark.parametrize("example", codefresh.EXAMPLES, ids=lambda example: example.title)
async def test_a_key_that_may_only_read_is_told_the_scope_it_lacks(stage: Stage, example: Example) -> None:
    command = await example.make(stage)
    name = getattr(await stage.read(command.subject), "name", None) if command.destroys and command.subject else None
    reader: Provider = open_provider(stage.simulator, token=READ_ONLY_KEY.token)
    limited = Stage(provider=reader, simulator=stage.simulator, clock=stage.clock)

    problem = await refused(limited, command, mutation_errors.PermissionDeniedError, confirm_name=name)

    assert problem.missing_scope == SCOPES.get(command.mutation, "pipeline:write")
    await reader.close()


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ("Access denied: the API key lacks the scope pipeline:run", "pipeline:run"),
        ("Missing scopes: [build]", "build"),
        ('Scope "environments-v2:read" is needed', "environments-v2:read"),
        ("The scope is not enough", None),
        ("The API key is restricted because of unusual activity", None),
    ],
)
def test_a_scope_is_one_of_the_vendors(said: str, scope: str | None) -> None:
    import json

    assert explain(403, {}, json.dumps({"message": said}).encode()).missing_scope == scope
    assert explain(400, {}, json.dumps({"message": said}).encode()).missing_scope is None


async def run(stage: Stage) -> Command:
    return RunPipeline(pipeline=await new_pipeline(stage), variables=SECRET)


async def create(stage: Stage) -> Command:
    return CreatePipeline(provider=NAME, name="x", variables=SECRET)


async def create_by_spec(stage: Stage) -> Command:
    hidden = {"key": "T", "value": HUSH, "encrypted": True}
    return CreatePipeline(provider=NAME, name="x", spec={"spec": {"variables": [hidden]}})


async def update(stage: Stage) -> Command:
    return UpdatePipeline(pipeline=await new_pipeline(stage), variables=SECRET)


async def trigger(stage: Stage) -> Command:
    return CreateTrigger(pipeline=await new_pipeline(stage), git=GIT, variables=SECRET)


async def project(stage: Stage) -> Command:
    return CreateProject(provider=NAME, name=stage.name("p"), variables=SECRET)


async def changed_project(stage: Stage) -> Command:
    return UpdateProject(project=await new_project(stage), variables=SECRET)


async def context(stage: Stage) -> Command:
    return CreateIntegrationContext(provider=NAME, name=stage.name("c"), type="secret", data={"A": HUSH})


async def changed_context(stage: Stage) -> Command:
    return UpdateIntegrationContext(integration_context=await new_context(stage), data={"A": {"b": [HUSH]}})


@pytest.mark.parametrize("make", [run, create, create_by_spec, update, trigger, project, changed_project, context, changed_context])
@pytest.mark.parametrize("status", [400, 403, 409, 500])
async def test_a_secret_that_the_vendor_quotes_goes_no_further(
    stage: Stage, make: Callable[[Stage], Awaitable[Command]], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    command = await make(stage)
    body = f'{{"message":"variables: {HUSH} is not to our liking"}}'
    for method in ("POST", "PUT", "PATCH"):
        stage.simulator.control.add_fault(Fault("", method=method, status=status, body=body))

    performed = await stage.perform(command, key="once")

    assert performed.errors
    assert "not to our liking" in repr(performed)
    assert HUSH not in shown_of(stage, performed) + caplog.text


@pytest.mark.parametrize("example", codefresh.EXAMPLES, ids=lambda example: example.title)
async def test_nothing_that_the_vendor_hides_comes_back(stage: Stage, example: Example, caplog: pytest.LogCaptureFixture) -> None:
    """Definitions are read with webhooks' secrets in them, events with their own."""
    caplog.set_level(logging.DEBUG)
    command = await example.make(stage)

    performed = await stage.perform(command)

    assert performed.errors == ()
    assert CANARY not in repr(performed) + caplog.text


PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n"
LONG = "".join(f"{number:03}q" for number in range(150))


async def longer(stage: Stage) -> Command:
    return RunPipeline(pipeline=await new_pipeline(stage), variables=(Variable("T", LONG, True),))


async def key_file(stage: Stage) -> Command:
    return CreateIntegrationContext(provider=NAME, name=stage.name("c"), type="secret", data={"KEY": PEM})


async def number(stage: Stage) -> Command:
    return CreateIntegrationContext(provider=NAME, name=stage.name("c"), type="secret-yaml", data={"pin": {"codes": [8675309]}})


async def replaced_number(stage: Stage) -> Command:
    key = await new_context(stage)
    return UpdateIntegrationContext(integration_context=key, data={"pin": 8675309}, replace_data=True)


@pytest.mark.parametrize(
    ("make", "secret"),
    [(run, HUSH), (longer, LONG), (key_file, PEM), (number, "8675309"), (replaced_number, "8675309"), (changed_project, HUSH)],
)
@pytest.mark.parametrize("status", [400, 500])
async def test_whatever_form_a_secret_has_it_is_shown_nowhere(
    stage: Stage, make: Callable[[Stage], Awaitable[Command]], secret: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor in what the provider's health is said to be."""
    caplog.set_level(logging.DEBUG)
    command = await make(stage)

    await quoted(stage, command, secret, status)

    shown = shown_of(stage, await stage.perform(command)) + caplog.text
    for piece in (*secret.split("\n"), secret[:40]):
        assert not piece or piece not in shown


@pytest.mark.parametrize("name", ["secret", "endpoint", "value"])
@pytest.mark.parametrize("status", [400, 500])
async def test_what_was_read_to_be_put_back_is_as_secret(
    stage: Stage, name: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A webhook's secret and address, and encrypted values of triggers that the command says nothing of."""
    caplog.set_level(logging.DEBUG)
    pipeline = await new_pipeline(stage)
    await stage.done(CreateTrigger(pipeline=pipeline, git=GIT))
    document: Any = msgspec.json.decode(app_of(stage.simulator).world.pipelines.get(pipeline.parts[0]).stored.decrypted)  # type: ignore[union-attr]
    [hook] = document["spec"]["triggers"]
    hook |= {"secret": f"secret-{HUSH}", "endpoint": f"https://hook/{HUSH}"}
    hook["variables"] = [{"key": "T", "value": f"value-{HUSH}", "encrypted": True}]
    body = msgspec.json.encode(document).decode()
    stage.simulator.control.add_fault(Fault("/pipelines/", method="GET", status=200, body=body))
    command = UpdatePipeline(pipeline=pipeline, tags=("blue",))

    await quoted(stage, command, hook[name] if name != "value" else f"value-{HUSH}", status)

    assert HUSH not in shown_of(stage, await stage.perform(command)) + caplog.text


async def quoted(stage: Stage, command: Command, secret: str, status: int) -> None:
    """From now on the vendor refuses writes, quoting it; and does not like its form either."""
    body = msgspec.json.encode({"message": f"variables: {secret} is not to our liking"}).decode()
    for method in ("POST", "PUT", "PATCH"):
        stage.simulator.control.add_fault(Fault("", method=method, status=status, body=body))
    performed = await stage.perform(command)
    assert performed.errors
    assert "not to our liking" in repr(performed)


def shown_of(stage: Stage, performed: Performed) -> str:
    return repr(performed) + repr(stage.store.settled) + repr(stage.provider.monitor.health().last_failure)
