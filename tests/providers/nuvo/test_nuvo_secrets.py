"""Neither license key nor token comes out anywhere."""

import logging
import traceback

import httpx
import msgspec
import pytest

from gateway.domain.errors import GatewayError
from gateway.domain.execution import ExecutionQuery
from gateway.domain.page import RowFault
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.credential import AccessCredential, NoTokenError
from gateway.providers.nuvo.simulator.data.account import CANARY
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.auth import redact
from tests.providers.nuvo.dialect import app_of, logged_in
from tests.providers.nuvo.opened import ALL, collect, executions_of, open_provider, pipelines_of, settings_of

pytestmark = pytest.mark.anyio

HIDDEN = {"configuration", "password", "secret_key", "username", "host", "license_key"}


def test_no_wire_value_has_a_place_for_a_connectors_secrets() -> None:
    structs = [each for each in vars(wire).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    names = {name for each in structs if each not in (msgspec.Struct, wire.Execution) for name in each.__struct_encode_fields__}

    assert len(structs) > 8
    assert not names & HIDDEN


def test_the_simulator_has_secrets_to_find(uneven: RunningSimulator) -> None:
    with logged_in(uneven) as client:
        assert CANARY in client.get("/connector/").text


def test_what_holds_secrets_does_not_show_them(uneven: RunningSimulator) -> None:
    settings = settings_of(uneven)
    credential = AccessCredential(settings.license_key)
    credential.take("token-of-now")
    login = msgspec.json.decode(b'{"data":{"access_token":"token-of-now"},"access_token":"token-of-now"}', type=wire.Login)

    shown = repr(settings) + str(settings.model_dump()) + repr(credential) + repr(login) + repr(login.data)

    assert uneven.token not in shown
    assert "token-of-now" not in shown


def test_both_secrets_and_the_token_before_are_hidden_in_texts(uneven: RunningSimulator) -> None:
    credential = AccessCredential(settings_of(uneven).license_key)
    assert redact(f"no token yet: {uneven.token}", credential) == "no token yet: [hidden]"
    for token in ("token-one", "token-two"):
        credential.drop()
        credential.take(token)

    for authorize in (credential, credential.for_logins):
        assert redact(f"{uneven.token}, token-one and token-two", authorize) == "[hidden], [hidden] and [hidden]"
    credential.drop()
    assert redact("token-two", credential) == "[hidden]"


def test_calls_bear_the_token_of_now_and_never_the_license_key(uneven: RunningSimulator) -> None:
    credential = AccessCredential(settings_of(uneven).license_key)
    sent = []
    for token in ("token-one", "token-two"):
        credential.drop()
        with pytest.raises(NoTokenError):
            credential(httpx.Headers({"host": "api"}))
        credential.take(token)
        headers = httpx.Headers({"host": "api"})
        credential(headers)
        sent.append(dict(headers))
    login = httpx.Headers({"host": "api"})
    credential.for_logins(login)

    assert sent == [{"host": "api", "authorization": f"Bearer {token}"} for token in ("token-one", "token-two")]
    assert dict(login) == {"host": "api"}


async def test_values_keys_and_logs_hold_none(
    provider: Provider, uneven: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert provider.workspaces is not None

    executions = await collect(executions_of(provider).stream_executions(ExecutionQuery(), None, 50, ALL), 50)
    values = [
        *executions,
        *await executions_of(provider).get_executions([execution.key for execution in executions[:5]], ALL),
        *await pipelines_of(provider),
        *await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(), None, 5, ALL)),
    ]

    shown = repr(values) + msgspec.json.encode(values).decode() + repr(provider) + "".join(str(r.__dict__) for r in caplog.records)
    assert len(values) > 80
    for secret in (uneven.token, CANARY, *app_of(uneven).tokens.alive):
        assert secret not in shown


@pytest.mark.parametrize("route", [r"/auth/access-token$", r"/execution$"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500])
async def test_an_echo_of_either_is_hidden(
    uneven: RunningSimulator, route: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider = open_provider(uneven)
    await provider.probe()
    (token,) = app_of(uneven).tokens.alive
    if "access-token" in route:
        app_of(uneven).tokens.revoke_all()
    echo = f"{uneven.token} {token}"
    body = msgspec.json.encode({"message": f"Odd: {echo}", "error": echo, "data": echo}).decode()
    headers = {"x-request-id": uneven.token if "access-token" in route else token, "location": f"https://elsewhere.example/{token}"}
    uneven.control.add_fault(Fault(route, status=status, body=body, headers=headers))

    with pytest.raises(GatewayError) as caught:
        await collect(executions_of(provider).stream_executions(ExecutionQuery(), None, 5, ALL))

    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.problem())
    told += "".join(str(record.__dict__) for record in caplog.records)
    assert uneven.token not in told
    assert token not in told
    await provider.close()


@pytest.mark.parametrize("kind", ["cut", "html", "wrong_types", "drop_after_read"])
async def test_failures_quote_nothing(
    provider: Provider, uneven: RunningSimulator, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    uneven.control.add_fault(Fault(".*", kind=kind))  # type: ignore[arg-type]  # one of FaultKind
    told: list[str] = []

    try:
        for item in await collect(executions_of(provider).stream_executions(ExecutionQuery(), None, 5, ALL), 5):
            assert isinstance(item, RowFault)
            told.append("".join(traceback.format_exception(item.error)))
    except GatewayError as error:
        told.append("".join(traceback.format_exception(error)) + repr(error))
    told += [str(record.__dict__) for record in caplog.records]

    assert told
    for secret in (uneven.token, *app_of(uneven).tokens.alive):
        assert not [text for text in told if secret in text]


async def test_a_login_recorded_by_the_simulator_holds_no_license_key(provider: Provider, uneven: RunningSimulator) -> None:
    await provider.probe()

    assert b"[redacted]" in uneven.control.calls[0].body
    assert uneven.token not in repr(uneven.control.calls)
