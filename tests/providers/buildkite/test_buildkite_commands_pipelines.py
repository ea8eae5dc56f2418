"""Creating pipelines: what is sent, and what is refused."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import CreatePipeline, UpdatePipeline
from gateway.domain.keys import ClusterKey, WorkspaceKey
from gateway.domain.pipeline import PipelineKind
from gateway.providers.buildkite.simulator import ONE_ORGANIZATION_TOKEN
from tests.contract.commands.examples.buildkite_ground import NOWHERE, ORGANIZATION, YAML, new_pipeline
from tests.providers.buildkite.commanded import BuildkiteStage
from tests.providers.buildkite.pipelines import REPOSITORY, cluster_of, creation

pytestmark = pytest.mark.anyio


async def test_every_field_has_its_place_in_the_body(stage: BuildkiteStage) -> None:
    cluster = cluster_of(stage)
    options = {"allow_rebuilds": False, "skip_queued_branch_builds": True, "provider_settings": {"build_tags": True}}
    command = creation(
        stage,
        "acme",
        kind=PipelineKind.CI,
        slug=stage.name("shop-slug"),
        description="Sells",
        default_branch="develop",
        branch_filter="develop",
        tags=("a", "b"),
        cluster=cluster,
        vendor_options=options,
    )

    assert await stage.sent(command) == {
        "name": command.name,
        "slug": command.slug,
        "description": "Sells",
        "repository": REPOSITORY,
        "default_branch": "develop",
        "branch_configuration": "develop",
        "tags": ["a", "b"],
        "cluster_id": cluster.parts[1],
        "configuration": YAML,
        **options,
    }


async def test_the_answer_is_the_whole_pipeline(stage: BuildkiteStage) -> None:
    changed = await stage.provider.commands[CreatePipeline].handle(creation(stage))

    [pipeline] = changed.values
    assert changed.keys == (pipeline.key,)
    assert await stage.read(pipeline.key) == pipeline


async def test_the_organization_may_be_left_out_where_there_is_one_or_the_cluster_tells_it(stage: BuildkiteStage) -> None:
    cluster = cluster_of(stage)

    assert await stage.invalid(creation(stage, None), calls=None) == ("input", "workspaceId")
    assert (await stage.done(creation(stage, None, cluster=cluster))).keys[0].parts[0] == "acme"
    async with stage.as_seen(ONE_ORGANIZATION_TOKEN.value) as single:
        assert (await single.done(creation(single, None, cluster=cluster))).keys[0].parts[0] == "acme"
    async with stage.as_seen(organizations=(ORGANIZATION,)) as configured:
        performed = await configured.done(creation(configured, None))
        assert performed.keys[0].parts[0] == ORGANIZATION


async def test_a_cluster_must_be_of_the_same_organization(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    for command in (
        creation(stage, cluster=cluster_of(stage)),
        UpdatePipeline(pipeline=pipeline, cluster=cluster_of(stage)),
        creation(stage, None, cluster=ClusterKey("another", ("acme", NOWHERE))),
        creation(stage, None, cluster=ClusterKey(stage.provider.name, ("acme",))),
        creation(stage, None, cluster=ClusterKey(stage.provider.name, ())),
        creation(stage, cluster=ClusterKey("another", (ORGANIZATION, NOWHERE))),
        UpdatePipeline(pipeline=pipeline, cluster=ClusterKey("another", (ORGANIZATION, NOWHERE))),
        UpdatePipeline(pipeline=pipeline, cluster=ClusterKey(stage.provider.name, ())),
    ):
        assert await stage.invalid(command) == ("input", "clusterId")
    elsewhere = creation(stage, None, workspace=WorkspaceKey("another", ("acme",)))
    assert await stage.invalid(elsewhere) == ("input", "workspaceId")
    both = creation(stage, None, workspace=WorkspaceKey("another", ("acme",)), cluster=cluster_of(stage))
    assert await stage.invalid(both) == ("input", "workspaceId")


@pytest.mark.parametrize(
    ("given", "message", "path"),
    [
        ({}, "No cluster found", ("input", "clusterId")),
        ({"organization": "acme"}, "No cluster found", ("input", "clusterId")),
        ({}, "No organization found", ()),
        ({"organization": "acme"}, "No organization found", ("input", "workspaceId")),
    ],
)
async def test_what_a_new_pipeline_needs_and_is_not_found_is_told_at_its_field_if_that_was_given(
    stage: BuildkiteStage, given: dict[str, str], message: str, path: tuple[str, ...]
) -> None:
    stage.answer("/pipelines$", 404, message, method="POST")
    command = creation(stage, given.get("organization"), cluster=cluster_of(stage))

    problem = await stage.refused(command, mutation_errors.NotFoundError, calls=1)

    assert (problem.path, problem.message) == (path, message)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"repository": None}, ("repository",)),
        ({"yaml": None}, ("yaml",)),
        ({"slug": "-shop"}, ("slug",)),
        ({"slug": "shop_1"}, ("slug",)),
        ({"slug": "s" * 101}, ("slug",)),
        ({"vendor_options": {"color": "green"}}, ("vendorOptions", "color")),
        ({"vendor_options": {"visibility": "secret"}}, ("vendorOptions", "visibility")),
        ({"vendor_options": {"env": {"A": "1"}}}, ("vendorOptions", "env")),
        ({"vendor_options": {"env": {}}}, ("vendorOptions", "env")),
        ({"vendor_options": {"env": None}}, ("vendorOptions", "env")),
        ({"vendor_options": {"steps": []}}, ("vendorOptions", "steps")),
        ({"vendor_options": {"colour": "#000000"}}, ("vendorOptions",)),
    ],
)
async def test_what_the_vendor_would_refuse_or_drop_is_refused_first(
    stage: BuildkiteStage, given: dict[str, object], path: tuple[str, ...]
) -> None:
    assert await stage.invalid(creation(stage, **given)) == ("input", *path)


async def test_what_buildkite_has_not_is_named(stage: BuildkiteStage) -> None:
    for given in ({"kind": PipelineKind.PLAN}, {"contexts": ("x",)}, {"spec": {"a": 1}}):
        await stage.refused(creation(stage, **given), mutation_errors.NotSupportedError, calls=0)
    moved = UpdatePipeline(pipeline=await new_pipeline(stage), workspace=WorkspaceKey(stage.provider.name, ("acme",)))
    problem = await stage.refused(moved, mutation_errors.NotSupportedError, calls=0)
    assert problem.path == ("input", "workspaceId")


async def test_visual_steps_take_the_place_of_yaml(stage: BuildkiteStage) -> None:
    options = {"steps": [{"type": "script", "command": "make"}], "env": {"A": "1"}}

    body = await stage.sent(creation(stage, yaml=None, vendor_options=options))

    assert "configuration" not in body
    assert {name: body[name] for name in options} == options


async def test_complaints_of_the_vendor_are_told_at_our_fields(stage: BuildkiteStage) -> None:
    taken = (await new_pipeline(stage)).parts[1]

    assert await stage.invalid(creation(stage, slug=taken), calls=1) == ("input", "slug")
    assert await stage.invalid(creation(stage, name=taken), calls=1) == ("input", "name")
    assert await stage.invalid(creation(stage, "acme"), calls=1) == ("input", "clusterId")
    templated = creation(stage, yaml=None, vendor_options={"pipeline_template_uuid": NOWHERE})
    performed = await stage.perform(templated)
    assert ("input", "vendorOptions") in [problem.path for problem in performed.errors]
