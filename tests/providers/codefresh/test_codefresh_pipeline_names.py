"""Names of pipelines, remembered for a while."""

import pytest

from gateway.domain.errors import NotFoundError
from gateway.domain.keys import PipelineKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.providers.codefresh.pipeline_names import MOST_NAMES, REMEMBERED_S, PipelineNames

pytestmark = pytest.mark.anyio


class Pipelines:
    """A PipelineReader that finds everything but what is gone, and counts."""

    def __init__(self):
        self.asked = []
        self.gone = set()

    async def find_pipelines(self, slugs, want):  # noqa: ARG002 the port's
        (slug,) = slugs
        self.asked.append(slug.slug)
        if slug.slug in self.gone:
            return (NotFoundError("There is none.", provider="shop"),)
        return (Pipeline(key=PipelineKey("shop", (f"id of {slug.slug}",)), external_id="1", kind=PipelineKind.CI, name=slug.slug),)


@pytest.fixture
def pipelines():
    return Pipelines()


async def test_a_name_is_looked_up_once_a_minute(pipelines):
    now = [0.0]
    names = PipelineNames(pipelines, lambda: now[0])

    first = await names.find("shop/deploy")
    now[0] = REMEMBERED_S - 1
    again = await names.find("shop/deploy")
    now[0] = REMEMBERED_S
    await names.find("shop/deploy")

    assert first == again == PipelineKey("shop", ("id of shop/deploy",))
    assert pipelines.asked == ["shop/deploy", "shop/deploy"]


async def test_what_is_not_there_is_not_remembered(pipelines):
    names = PipelineNames(pipelines)
    pipelines.gone.add("shop/deploy")

    assert isinstance(await names.find("shop/deploy"), NotFoundError)
    pipelines.gone.clear()
    assert isinstance(await names.find("shop/deploy"), PipelineKey)


async def test_names_without_end_do_not_fill_the_memory(pipelines):
    names = PipelineNames(pipelines)

    for number in range(MOST_NAMES + 1):
        await names.find(f"shop/p{number}")
    await names.find("shop/p1")
    await names.find("shop/p0")

    assert pipelines.asked.count("shop/p1") == 1
    assert pipelines.asked.count("shop/p0") == 2
