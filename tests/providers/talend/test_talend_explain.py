"""What Talend's error answers are taken to say."""

import pytest

from gateway.domain.errors import (
    ConflictError,
    GatewayError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamUnavailableError,
)
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.providers.talend.explain import RerunRefusedError, explain
from gateway.providers.talend.simulator.credentials import READ_ONLY_TOKEN
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from gateway.upstream.path import path
from tests.providers.talend.opened import ALL, app_of, collect, open_calls_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("status", "body", "message", "error"),
    [
        (404, b'{"status":404,"message":"Not Found","detail":"Task x does not exist"}', "Task x does not exist", None),
        (404, b'{"status":200,"message":"No such task","detail":"x"}', "No such task", None),
        (400, b'{"status":400,"message":"Bad Request"}', "Bad Request", None),
        (401, b'{"status":401,"detail":"The token has expired"}', "The token has expired", None),
        (403, b'{"Usage Details":"promotion Dev to Prod"}', "promotion Dev to Prod", ConflictError),
        (403, b'{"message":"Forbidden","detail":"no"}', "no", None),
        (409, b"", None, None),
        (405, b"", "The task or plan is paused.", ConflictError),
        (405, b'{"message":"Paused: freeze"}', "Paused: freeze", ConflictError),
        (405, b'{"message":"Method Not Allowed"}', "The task or plan is paused.", ConflictError),
        (501, b"", "The task or plan has no run configuration, or the promotion has errors.", ConflictError),
        (422, b"", "The run cannot be run again: it is too old, or did not fail.", RerunRefusedError),
        (428, b"", "The credential may not change this schedule.", PermissionDeniedError),
        (400, b'{"message":{"text":"x"},"detail":7}', None, None),
        (400, b'"just text"', "just text", None),
        (400, b"just text", "just text", None),
        (502, b"<html>Bad gateway</html>", None, None),
        (500, b"\xff\xfe", "\ufffd\ufffd", None),
        (599, b'{"message":"odd"}', "odd", None),
    ],
)
def test_the_words_that_say_most_and_the_class_they_mean(
    status: int, body: bytes, message: str | None, error: type[GatewayError] | None
) -> None:
    told = explain(status, {}, body)

    assert (told.message, told.error) == (message, error)


def test_a_page_of_html_says_nothing() -> None:
    assert explain(502, {"content-type": "text/html"}, b"Bad gateway").message is None


@pytest.mark.parametrize(
    ("status", "text", "scope"),
    [
        (403, "Missing permission TMC_OPERATOR", "TMC_OPERATOR"),
        (403, "one of TMC_ENGINE_USE, TMC_OPERATOR, TMC_ENGINE_USE", "TMC_ENGINE_USE or TMC_OPERATOR"),
        (403, "Not yours", None),
        (409, "TMC_OPERATOR is busy", None),
    ],
)
def test_the_permission_that_is_missing(status: int, text: str, scope: str | None) -> None:
    assert explain(status, {}, f'{{"message":"{text}"}}'.encode()).missing_scope == scope


async def test_a_permission_that_the_vendor_names(uneven: RunningSimulator) -> None:
    calls = open_calls_of(uneven, {"token": READ_ONLY_TOKEN.value})
    task = next(iter(app_of(uneven).tenant.tasks))

    with pytest.raises(PermissionDeniedError) as caught:
        await calls.write(path("orchestration", "executables", "tasks", task, "pause"), method="PUT", body={"pause": True})

    assert caught.value.missing_scope is not None
    assert "TMC_OPERATOR" in caught.value.missing_scope
    await calls.close()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("workspaces", status=404), NotFoundError),
        (Fault("workspaces", status=405), ConflictError),
        (Fault("workspaces", status=501), ConflictError),
        (Fault("workspaces", status=500), UpstreamUnavailableError),
        (Fault("workspaces", status=429, headers={"Retry-After": "7"}), RateLimitedError),
    ],
)
async def test_a_status_becomes_its_class(
    provider: Provider, uneven: RunningSimulator, fault: Fault, kind: type[GatewayError]
) -> None:
    uneven.control.add_fault(fault)
    assert provider.workspaces is not None

    with pytest.raises(GatewayError) as caught:
        await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(), None, 20, ALL))

    assert type(caught.value) is kind
    assert caught.value.retry_after_s == (7 if kind is RateLimitedError else None)
