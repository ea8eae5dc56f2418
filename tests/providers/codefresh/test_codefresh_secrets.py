"""Nothing that the vendor hides, or that it should have hidden, gets through."""

import logging
from typing import Any

import msgspec
import pytest

from gateway.domain.build import BuildQuery
from gateway.domain.image import ImageQuery
from gateway.domain.integration_context import IntegrationContextQuery
from gateway.domain.page import RowFault
from gateway.domain.pipeline import PipelineQuery
from gateway.domain.project import ProjectQuery
from gateway.domain.provider import Provider
from gateway.domain.workspace import WorkspaceQuery
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.simulator.canary import CANARY
from gateway.simulation.control import Fault
from gateway.simulation.server import RunningSimulator
from tests.providers.codefresh.opened import ALL, builds_of, collect

pytestmark = pytest.mark.anyio

HIDDEN = {"secret", "endpoint", "data", "variables", "value", "event-data", "exposedVariables", "exportedVariables", "env"}


def test_no_wire_value_has_a_place_for_a_secret() -> None:
    structs = [each for each in vars(wire).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    names = {name for each in structs if each is not msgspec.Struct for name in each.__struct_encode_fields__}

    assert len(structs) > 20
    assert not names & HIDDEN


async def everything_of(provider: Provider) -> list[Any]:
    assert provider.workspaces is not None
    assert provider.projects is not None
    assert provider.pipelines is not None
    assert provider.images is not None
    assert provider.integration_contexts is not None
    assert provider.triggers is not None
    assert provider.jobs is not None
    pipelines = await collect(provider.pipelines.stream_pipelines(PipelineQuery(), None, 100, ALL))
    builds = await collect(builds_of(provider).stream_builds(BuildQuery(), None, 100, ALL), 100)
    return [
        *await collect(provider.workspaces.stream_workspaces(WorkspaceQuery(), None, 100, ALL)),
        *await collect(provider.projects.stream_projects(ProjectQuery(), None, 100, ALL)),
        *pipelines,
        *builds,
        *await collect(provider.images.stream_images(ImageQuery(), None, 100, ALL)),
        *await collect(provider.integration_contexts.stream_integration_contexts(IntegrationContextQuery(), None, 100, ALL)),
        *await provider.triggers.list_triggers([pipeline.key for pipeline in pipelines], ALL),
        *[(await provider.jobs.list_jobs(build.key, None, 100, ALL)).items for build in builds[30:40]],
    ]


async def test_no_secret_gets_through(provider: Provider, uneven: RunningSimulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    values = await everything_of(provider)

    shown = repr(values) + msgspec.json.encode(values).decode() + "".join(str(record.__dict__) for record in caplog.records)
    assert len(values) > 300
    assert CANARY not in shown
    assert uneven.token not in shown


async def test_no_secret_gets_through_in_errors_either(
    provider: Provider, uneven: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    uneven.control.add_fault(Fault(".*", kind="wrong_types"))
    told: list[str] = []

    for port, stream, query in (
        ("projects", "stream_projects", ProjectQuery()),
        ("pipelines", "stream_pipelines", PipelineQuery()),
        ("images", "stream_images", ImageQuery()),
        ("integration_contexts", "stream_integration_contexts", IntegrationContextQuery()),
    ):
        chunk = await anext(getattr(getattr(provider, port), stream)(query, None, 100, ALL))
        assert all(isinstance(item, RowFault) for item in chunk.items)
        told += [repr(item) + repr(item.error.__context__) + repr(item.error.__cause__) for item in chunk.items]

    assert len(told) > 100
    assert CANARY not in "".join(told) + "".join(str(record.__dict__) for record in caplog.records)


async def test_nothing_is_ever_asked_for_in_the_clear(provider: Provider, uneven: RunningSimulator) -> None:
    await everything_of(provider)

    assert uneven.control.calls_total > 10
    assert not [call for call in uneven.control.calls if "decrypt" in call.query.lower() or "with-event" in call.query]
