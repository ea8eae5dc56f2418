"""Data connections: no parameter is lost, and no secret is told."""

import logging
from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Variable
from gateway.domain.commands.data_connections import CreateDataConnection, DeleteDataConnection, UpdateDataConnection
from gateway.domain.data_connection import DataConnection
from gateway.domain.keys import DataConnectionKey, WorkspaceKey
from gateway.providers.talend.simulator.canary import CANARY
from gateway.providers.talend.simulator.credentials import READ_ONLY_TOKEN
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.providers.talend import definitions_told as told
from tests.providers.talend.definitions_told import NOWHERE, reads, refused, sent, stage_on, writes
from tests.providers.talend.opened import NAME, app_of, open_provider
from tests.providers.talend.vendor import Vendor

pytestmark = pytest.mark.anyio

CONNECTIONS = "/orchestration/connections"
HUSH = 'correct "horse"  battery'
HOST = Variable("host", "db.acme.example")


@pytest.fixture
async def stage(own_tenant: Vendor) -> AsyncIterator[Stage]:
    provider = open_provider(own_tenant.running)
    yield stage_on(own_tenant.running, provider)
    await provider.close()


def home(stage: Stage) -> WorkspaceKey:
    return told.workspace(stage, "Production", "Finance")


async def made(stage: Stage, *parameters: Variable) -> DataConnectionKey:
    [key] = (await stage.done(CreateDataConnection(workspace=home(stage), name="Own", app="MySQL", parameters=parameters))).keys
    assert isinstance(key, DataConnectionKey)
    return key


@pytest.mark.parametrize("status", [200, 201])
async def test_a_connection_is_created_with_what_was_given_and_shown_from_the_answer(stage: Stage, status: int) -> None:
    app_of(stage.simulator).settings.created_status = status  # type: ignore[assignment]  # one of the two
    command = CreateDataConnection(
        workspace=home(stage), name="Own", app="MySQL", parameters=(HOST, Variable("password", HUSH, encrypted=True))
    )
    stage.simulator.control.reset_calls()

    changed = await stage.provider.commands[CreateDataConnection].handle(command)

    assert writes(stage) == [
        (
            "POST",
            CONNECTIONS,
            {
                "name": "Own",
                "workspaceId": home(stage).parts[0],
                "app": "MySQL",
                "parameters": [
                    {"name": "host", "value": "db.acme.example", "encrypted": False},
                    {"name": "password", "value": HUSH, "encrypted": True},
                ],
            },
        )
    ]
    [value] = changed.values
    assert isinstance(value, DataConnection)
    assert [each.value for each in value.parameters] == ["db.acme.example", None]
    assert reads(stage) == []


async def test_one_without_parameters_has_none(stage: Stage) -> None:
    [(_, _, body)] = await sent(stage, CreateDataConnection(workspace=home(stage), name="Own", app="MySQL"))

    assert body["parameters"] == []


async def test_its_name_alone_is_sent_alone_and_nothing_is_read(stage: Stage) -> None:
    key, _ = told.connection(stage, encrypted=True)

    assert await sent(stage, UpdateDataConnection(data_connection=key, name="Renamed")) == [
        ("PUT", f"{CONNECTIONS}/{key.parts[0]}", {"name": "Renamed"})
    ]
    assert reads(stage) == []


async def test_parameters_that_are_not_named_are_sent_along(stage: Stage) -> None:
    key = await made(stage, HOST, Variable("port", "3306"))

    [(_, _, body)] = await sent(
        stage, UpdateDataConnection(data_connection=key, parameters=(Variable("charset", "utf8"), Variable("port", "3307")))
    )

    assert body == {
        "parameters": [
            {"name": "host", "value": "db.acme.example", "encrypted": False},
            {"name": "port", "value": "3307", "encrypted": False},
            {"name": "charset", "value": "utf8", "encrypted": False},
        ]
    }


async def test_members_of_parameters_that_nobody_knows_are_sent_along(stage: Stage) -> None:
    """The simulator refuses what it does not know."""
    key = await made(stage, HOST, Variable("port", "3306"))
    document = app_of(stage.simulator).tenant.connections[key.parts[0]]
    document["parameters"][0]["scope"] = "runtime"

    await refused(stage, UpdateDataConnection(data_connection=key, parameters=(Variable("host", "other"),)))

    [(_, _, body)] = writes(stage)
    assert body["parameters"][0] == {"name": "host", "value": "other", "encrypted": False, "scope": "runtime"}


async def test_a_change_that_would_lose_an_encrypted_value_is_refused_and_names_it(stage: Stage) -> None:
    key = await made(stage, HOST, Variable("password", HUSH, encrypted=True), Variable("passphrase", HUSH, encrypted=True))

    command = UpdateDataConnection(data_connection=key, name="Other", parameters=(Variable("passphrase", "new"),))
    problem = await refused(stage, command)

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "parameters")
    assert "'password'" in problem.message
    assert "'passphrase'" not in problem.message
    assert writes(stage) == []


async def test_what_is_encrypted_stays_so_and_its_cipher_text_is_never_sent_back(stage: Stage) -> None:
    key = await made(stage, HOST, Variable("password", HUSH, encrypted=True))

    [(_, _, body)] = await sent(
        stage, UpdateDataConnection(data_connection=key, parameters=(Variable("password", "new"), Variable("port", "3307")))
    )

    assert body["parameters"] == [
        {"name": "host", "value": "db.acme.example", "encrypted": False},
        {"name": "password", "value": "new", "encrypted": True},
        {"name": "port", "value": "3307", "encrypted": False},
    ]
    assert not [call for call in stage.simulator.control.calls if CANARY.encode() in call.body]


async def test_an_encrypted_value_is_sent_even_if_it_may_be_the_same(stage: Stage) -> None:
    key = await made(stage, Variable("password", HUSH, encrypted=True))

    assert len(await sent(stage, UpdateDataConnection(data_connection=key, parameters=(Variable("password", HUSH),)))) == 1


async def test_nothing_is_sent_when_nothing_would_change(stage: Stage) -> None:
    key = await made(stage, HOST)

    assert await sent(stage, UpdateDataConnection(data_connection=key, parameters=(HOST,))) == []
    assert await sent(stage, UpdateDataConnection(data_connection=key)) == []


@pytest.mark.parametrize("echo", [HUSH, 'correct \\\\"horse\\\\"  battery', 'correct "horse" battery'])
@pytest.mark.parametrize("encrypted", [True, False])
async def test_a_vendor_that_repeats_a_password_is_not_quoted(
    stage: Stage, echo: str, encrypted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    body = msgspec.json.encode({"status": 400, "message": f"Bad value: {echo}"}).decode()
    stage.simulator.control.add_fault(Fault(f"^{CONNECTIONS}$", method="POST", status=400, body=body))
    parameters = (HOST, Variable("password", HUSH, encrypted=encrypted))

    with caplog.at_level(logging.DEBUG):
        problem = await refused(stage, CreateDataConnection(workspace=home(stage), name="Own", app="MySQL", parameters=parameters))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "horse" not in repr(problem)
    assert "horse" not in caplog.text


async def test_a_value_that_is_encrypted_there_is_a_secret_whatever_it_is_called(stage: Stage) -> None:
    key = await made(stage, Variable("license", "old one", encrypted=True))
    stage.simulator.control.add_fault(Fault(f"^{CONNECTIONS}/", method="PUT", status=400, body='{"message":"Not this: new one"}'))

    problem = await refused(stage, UpdateDataConnection(data_connection=key, parameters=(Variable("license", "new one"),)))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "new one" not in problem.message


async def test_other_words_of_the_vendor_are_quoted(stage: Stage) -> None:
    body = '{"status":400,"message":"No such app: MySQL"}'
    stage.simulator.control.add_fault(Fault(f"^{CONNECTIONS}$", method="POST", status=400, body=body))
    parameters = (HOST, Variable("password", HUSH, encrypted=True))

    problem = await refused(stage, CreateDataConnection(workspace=home(stage), name="Own", app="MySQL", parameters=parameters))

    assert problem.message == "No such app: MySQL"


async def test_a_name_that_is_taken_is_named_and_a_connection_in_use_stays(stage: Stage) -> None:
    tenant = app_of(stage.simulator).tenant
    used = next(iter(next(task["connections"] for task in tenant.tasks.values() if task.get("connections")).values()))
    document = tenant.connections[used]
    place = WorkspaceKey(NAME, (document["workspace"]["id"],))

    taken = await refused(stage, CreateDataConnection(workspace=place, name=document["name"], app="MySQL"))
    in_use = await refused(stage, DeleteDataConnection(data_connection=DataConnectionKey(NAME, (used,))))

    assert isinstance(taken, mutation_errors.ConflictError)
    assert taken.path == ("input", "name")
    assert isinstance(in_use, mutation_errors.ConflictError)
    assert "is used by" in in_use.message


async def test_an_absent_workspace_is_told_as_such(stage: Stage) -> None:
    nowhere = WorkspaceKey(NAME, (NOWHERE,))

    problem = await refused(stage, CreateDataConnection(workspace=nowhere, name="Own", app="MySQL"))

    assert isinstance(problem, mutation_errors.NotFoundError)
    assert problem.path == ("input", "workspaceId")


async def test_a_missing_permission_is_named(own_tenant: Vendor) -> None:
    provider = open_provider(own_tenant.running, {"token": READ_ONLY_TOKEN.value})
    stage = stage_on(own_tenant.running, provider)

    problem = await refused(stage, CreateDataConnection(workspace=home(stage), name="Own", app="MySQL"))

    assert isinstance(problem, mutation_errors.PermissionDeniedError)
    assert problem.missing_scope == "TMC_OPERATOR"
    await provider.close()
