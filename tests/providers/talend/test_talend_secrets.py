"""Nothing that the vendor hides, or should have hidden, gets through."""

import logging
from typing import Any

import msgspec
import pytest

from gateway.domain.artifact import ArtifactQuery
from gateway.domain.data_connection import DataConnectionQuery
from gateway.domain.environment import EnvironmentQuery
from gateway.domain.execution import ExecutionQuery
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.project import ProjectQuery
from gateway.domain.promotion import PromotionOptions, PromotionQuery
from gateway.domain.provider import Provider
from gateway.domain.schedule import ScheduleQuery
from gateway.domain.workspace import WorkspaceQuery
from gateway.providers.talend import asset_wire, pipeline_wire, promotion_wire, runs_wire, schedule_wire, wire
from gateway.providers.talend.hidden_values import shown_value
from gateway.providers.talend.simulator.canary import CANARY
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.talend.opened import ALL, collect

pytestmark = pytest.mark.anyio

UNDECODED: set[tuple[type[msgspec.Struct], str]] = {
    (asset_wire.ArtifactParameter, "value"),
    (asset_wire.ConnectionParameter, "value"),
    (asset_wire.ConnectionSettings, "parameters"),
    (pipeline_wire.Task, "parameters"),
}


def test_no_wire_value_has_a_place_for_a_secret() -> None:
    modules = (asset_wire, pipeline_wire, promotion_wire, runs_wire, schedule_wire, wire)
    structs = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    places = {
        (each, name)
        for each in structs
        if issubclass(each, msgspec.Struct)
        for name in getattr(each, "__struct_encode_fields__", ())
    }

    assert len(structs) > 30
    assert {place for place in places if place[1] in {"value", "parameters", "secret", "password", "url"}} == {
        *UNDECODED,
        (asset_wire.Connection, "parameters"),
        (asset_wire.ArtifactVersion, "parameters"),
        (asset_wire.Project, "url"),
    }
    for struct, name in UNDECODED:
        (declared,) = [field.type for field in msgspec.structs.fields(struct) if field.encode_name == name]
        assert "Raw" in str(declared)


@pytest.mark.parametrize(
    ("raw", "names", "encrypted", "shown"),
    [
        (b'"db.acme.example"', ("host",), False, "db.acme.example"),
        (b"5432", ("port",), False, "5432"),
        (b"1e3", ("rows",), False, "1e3"),
        (b"true", ("tls",), False, "true"),
        (b"null", ("host",), False, None),
        (b'{"deep":"x"}', ("options",), False, None),
        (b'["x"]', ("options",), False, None),
        (b'"x"', ("host",), True, None),
        (b'"x"', ("Password",), False, None),
        (b'"x"', ("db_passwd",), False, None),
        (b'"x"', ("clientSecret",), False, None),
        (b'"x"', ("access_token",), False, None),
        (b'"x"', ("API-Key",), False, None),
        (b'"x"', ("private key",), False, None),
        (b'"x"', ("shop", "id_Password"), False, None),
        (b'"x"', ("shop", None), False, "x"),
        (b'"x"', ("primary_key",), False, "x"),
        (b'"x"', ("token_endpoint",), False, "x"),
    ],
)
def test_what_is_called_like_a_secret_is_taken_for_one(
    raw: bytes, names: tuple[str | None, ...], encrypted: bool, shown: str | None
) -> None:
    assert shown_value(msgspec.Raw(raw), *names, encrypted=encrypted) == shown


async def everything_of(provider: Provider) -> list[Any]:
    ports: list[tuple[str, object]] = [
        ("environments", EnvironmentQuery()),
        ("workspaces", WorkspaceQuery()),
        ("projects", ProjectQuery()),
        ("pipelines", PipelineQuery()),
        ("artifacts", ArtifactQuery()),
        ("data_connections", DataConnectionQuery()),
        ("promotions", PromotionQuery()),
        ("schedules", ScheduleQuery()),
        ("executions", ExecutionQuery()),
    ]
    found: list[Any] = []
    for port, query in ports:
        reader: Any = getattr(provider, port)
        listed = await collect(getattr(reader, f"stream_{port}")(query, None, 100, ALL), 100)
        found += [*listed, *await getattr(reader, f"get_{port}")([each.key for each in listed[:40]], ALL)]
    pipelines = [each.key for each in found if each.key.typename == "Pipeline"]
    promotions = [each.key for each in found if each.key.typename == "Promotion"]
    artifacts = [(each.key, each.versions[-1]) for each in found if each.key.typename == "Artifact"]
    assert provider.schedules is not None
    assert provider.run_configurations is not None
    assert provider.promotions is not None
    assert provider.artifacts is not None
    return [
        *found,
        *await provider.schedules.schedules_of(pipelines, ALL),
        *await provider.run_configurations.run_configurations_of(pipelines, ALL),
        *await provider.promotions.analyses_of(promotions, PromotionOptions(), ALL),
        *await provider.artifacts.get_artifact_versions(artifacts, ALL),
    ]


async def test_no_secret_gets_through(provider: Provider, uneven: RunningSimulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    found = await everything_of(provider)

    assert len(found) > 300
    for text in (repr(found), caplog.text, repr(provider)):
        assert CANARY not in text
        assert uneven.token not in text


async def test_a_token_that_the_vendor_echoes_is_hidden(provider: Provider, uneven: RunningSimulator) -> None:
    uneven.control.add_fault(Fault("workspaces", status=400, body=f'{{"message":"bad: Bearer {uneven.token}"}}'))
    assert provider.workspaces is not None

    with pytest.raises(Exception, match=r"\[hidden\]") as caught:
        await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(), None, 20, ALL))

    assert uneven.token not in repr(caught.value)
