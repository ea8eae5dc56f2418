"""What Codefresh's error answers are taken to say."""

import pytest

from gateway.domain.errors import ConflictError, GatewayError, NotFoundError, RateLimitedError, UpstreamCredentialError
from gateway.domain.provider import Provider
from gateway.providers.codefresh.capabilities import CAPABILITIES
from gateway.providers.codefresh.explain import MissingError, TakenError, explain
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import app_of, open_provider, pipelines_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("status", "body", "message", "error"),
    [
        (404, b'{"status":404,"code":"1004","message":"Could not find build: x"}', "Could not find build: x", None),
        (400, b'{"status":400,"message":"Could not find pipeline: shop/x"}', "Could not find pipeline: shop/x", NotFoundError),
        (400, b'{"status":400,"message":"Could not find trigger nope"}', "Could not find trigger nope", None),
        (400, b'{"status":400,"message":"Could not find it"}', "Could not find it", None),
        (500, b'{"status":"Error","message":"Could not find it"}', "Could not find it", MissingError),
        (
            500,
            b'{"status":500,"message":"failed to get","error":"trigger not found"}',
            "failed to get: trigger not found",
            MissingError,
        ),
        (500, b'{"status":500,"message":"host was not found"}', "host was not found", None),
        (403, b'{"status":403,"message":"","error":"Forbidden"}', "Forbidden", None),
        (401, b'{"status":401,"message":"Unauthorized: no API key","error":"Unauthorized"}', "Unauthorized: no API key", None),
        (400, b'{"message":{"text":"x"},"error":["y"]}', None, None),
        (400, b'"just text"', "just text", None),
        (400, b"just text", "just text", None),
        (400, b"[1]", "[1]", None),
        (400, b'{"status":400,"message":"Project name is already in use: x"}', "Project name is already in use: x", TakenError),
        (400, b'{"message":"failed to add","error":"trigger already exists"}', "failed to add: trigger already exists", TakenError),
        (409, b'{"message":"at revision 3"}', "at revision 3", None),
        (409, b'{"message":"A pipeline of this name Already exists"}', "A pipeline of this name Already exists", TakenError),
        (400, b'{"message":"Revision is out of date"}', "Revision is out of date", ConflictError),
        (400, b'{"message":"Stale pipeline revision"}', "Stale pipeline revision", ConflictError),
        (400, b'{"message":"revision is not valid: x"}', "revision is not valid: x", None),
        (502, b"<html>Bad gateway</html>", None, None),
        (502, b"  ", None, None),
        (502, b"", None, None),
        (500, b"\xff\xfe", "\ufffd\ufffd", None),
    ],
)
def test_message_with_what_the_error_adds_or_the_text(
    status: int, body: bytes, message: str | None, error: type[GatewayError] | None
) -> None:
    told = explain(status, {}, body)

    assert (told.message, told.error) == (message, error)


@pytest.mark.parametrize(
    ("status", "message", "error", "definite"),
    [
        (500, "failed to delete trigger: event <-X-> pipeline", "trigger not found", True),
        (500, "failed to delete trigger: event <-X-> pipeline", "redis: connection refused", False),
        (500, "failed to delete trigger event", "trigger event not found", False),
        (500, "failed to create trigger: event <-> pipeline", "trigger not found", False),
        (502, "failed to delete trigger: event <-X-> pipeline", "trigger not found", False),
    ],
)
def test_only_a_link_that_is_not_there_is_surely_left_alone_by_a_500(status: int, message: str, error: str, definite: bool) -> None:
    body = f'{{"status":{status},"message":"{message}","error":"{error}"}}'

    assert explain(status, {}, body.encode()).definite is definite


def test_a_page_of_html_says_nothing() -> None:
    assert explain(502, {"content-type": "text/html"}, b"Bad gateway").message is None


async def test_the_key_is_sent_as_it_is(own: RunningSimulator) -> None:
    """The simulator refuses a key behind the word Bearer."""
    assert not app_of(own).settings.accept_bearer
    good, bad = open_provider(own), open_provider(own, token="5f0c3b7e8a1d2e0011aa2204.dead")

    await good.probe()
    with pytest.raises(UpstreamCredentialError):
        await bad.probe()

    assert [call.raw_path for call in own.control.calls] == ["/api/user", "/api/user"]
    await good.close()
    await bad.close()


async def test_a_limit_that_is_spent_names_no_windows(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault("/api/pipelines", status=429, headers={"Retry-After": "7"}))

    with pytest.raises(RateLimitedError) as caught:
        await pipelines_of(provider)

    assert caught.value.retry_after_s == 7
    assert provider.monitor.rate_limits() == ()


async def test_capabilities_are_those_of_the_ports(provider: Provider) -> None:
    supported = {capability.name for capability in CAPABILITIES if capability.supported}

    assert supported >= {"workspaces", "projects", "pipelines", "builds", "build by externalId", "Build.jobs", "Job.log"}
    assert supported >= {"Pipeline.triggers", "images", "integrationContexts"}
    assert not supported & {"build by number", "Build.annotations", "Build.artifacts", "agents", "clusters"}
    assert provider.annotations is provider.build_artifacts is provider.agents is provider.clusters is None
