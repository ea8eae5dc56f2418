"""Creating and changing pipelines: what is sent, what is refused, and that nothing is lost."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.commands.pipelines import ArchivePipeline, CreatePipeline, DeletePipeline, UnarchivePipeline, UpdatePipeline
from gateway.domain.keys import ClusterKey, PipelineKey, WorkspaceKey
from gateway.domain.pipeline import Pipeline, PipelineKind
from gateway.providers.buildkite.simulator import ONE_ORGANIZATION_TOKEN
from gateway.providers.buildkite.simulator.data import Pipeline as SimulatedPipeline
from tests.contract.commands.examples.buildkite_ground import NOWHERE, ORGANIZATION, YAML, new_pipeline
from tests.providers.buildkite.commanded import BuildkiteStage

pytestmark = pytest.mark.anyio

REPOSITORY = "git@github.com:acme/shop.git"


def creation(stage: BuildkiteStage, organization: str | None = ORGANIZATION, **given: object) -> CreatePipeline:
    workspace = None if organization is None else WorkspaceKey(stage.provider.name, (organization,))
    members = {"name": stage.name("Shop"), "repository": REPOSITORY, "yaml": YAML, "workspace": workspace} | given
    return CreatePipeline(provider=stage.provider.name, **members)


def cluster_of(stage: BuildkiteStage) -> ClusterKey:
    return ClusterKey(stage.provider.name, ("acme", stage.app.world.organizations[0].clusters[0].id))


def row_of(stage: BuildkiteStage, key: PipelineKey) -> SimulatedPipeline:
    organization = stage.app.world.organization(key.parts[0])
    assert organization is not None
    return next(found for found in organization.pipelines if found.id == key.parts[2])


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
    ):
        assert await stage.invalid(command) == ("input", "clusterId")
    elsewhere = creation(stage, None, workspace=WorkspaceKey("another", ("acme",)))
    assert await stage.invalid(elsewhere) == ("input", "workspaceId")


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


async def test_an_update_sends_only_what_is_given(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    assert await stage.sent(UpdatePipeline(pipeline=pipeline, description="Other")) == {"description": "Other"}
    emptied = UpdatePipeline(pipeline=pipeline, description=None, default_branch=None, tags=("x",))
    assert await stage.sent(emptied) == {"description": None, "default_branch": None, "tags": ["x"]}
    assert await stage.sent(UpdatePipeline(pipeline=pipeline, tags=())) == {"tags": []}
    assert await stage.sent(UpdatePipeline(pipeline=pipeline, yaml="steps: [wait]\n")) == {"configuration": "steps: [wait]\n"}


async def test_a_pipeline_leaves_its_cluster_with_null(stage: BuildkiteStage) -> None:
    cluster = cluster_of(stage)
    [key] = (await stage.done(creation(stage, "acme", cluster=cluster))).keys
    assert isinstance(key, PipelineKey)

    assert await stage.sent(UpdatePipeline(pipeline=key, cluster=None)) == {"cluster_id": None}
    assert await stage.sent(UpdatePipeline(pipeline=key, cluster=cluster)) == {"cluster_id": cluster.parts[1]}


async def test_a_new_name_keeps_the_slug_so_that_ids_go_on(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)

    body = await stage.sent(UpdatePipeline(pipeline=pipeline, name="Quite Other"))

    assert body == {"name": "Quite Other", "slug": pipeline.parts[1]}
    shown = await stage.read(pipeline)
    assert isinstance(shown, Pipeline)
    assert (shown.name, shown.slug) == ("Quite Other", pipeline.parts[1])


async def test_a_new_slug_makes_a_new_id_and_ends_the_old_one(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    slug = stage.name("moved")

    performed = await stage.done(UpdatePipeline(pipeline=pipeline, slug=slug, name="Moved"))

    assert performed.keys == (PipelineKey(pipeline.provider, (pipeline.parts[0], slug, pipeline.parts[2])),)
    await stage.refused(UpdatePipeline(pipeline=pipeline, name="X"), mutation_errors.NotFoundError)


async def test_nothing_is_sent_when_nothing_would_be_different(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(UpdatePipeline(pipeline=pipeline, tags=()))
    before = len(stage.app.writes())
    name = row_of(stage, pipeline).name

    performed = await stage.done(
        UpdatePipeline(pipeline=pipeline, name=name, description=None, default_branch="main", tags=(), yaml=YAML)
    )
    empty = await stage.done(UpdatePipeline(pipeline=pipeline))

    assert (performed.keys, performed.receipt, empty.keys) == ((pipeline,), None, (pipeline,))
    assert len(stage.app.writes()) == before


async def test_an_update_loses_nothing_that_it_does_not_name(stage: BuildkiteStage) -> None:
    settings = {"trigger_mode": "code", "build_tags": True}
    options = {"emoji": ":shop:", "color": "#14CC80", "allow_rebuilds": False, "provider_settings": settings}
    [key] = (await stage.done(creation(stage, description="Sells", tags=("a",), vendor_options=options))).keys
    assert isinstance(key, PipelineKey)
    before = dict(row_of(stage, key).fields)

    await stage.done(UpdatePipeline(pipeline=key, default_branch="next", vendor_options={"emoji": ":cart:"}))

    assert row_of(stage, key).fields == before | {"default_branch": "next", "emoji": ":cart:"}


async def test_a_pipeline_that_has_taken_the_slug_is_not_changed_instead(stage: BuildkiteStage) -> None:
    now = await new_pipeline(stage)
    before = PipelineKey(now.provider, (*now.parts[:2], NOWHERE))

    for command in (
        UpdatePipeline(pipeline=before, name="X"),
        ArchivePipeline(pipeline=before),
        UnarchivePipeline(pipeline=before),
    ):
        problem = await stage.refused(command, mutation_errors.NotFoundError, calls=1)
        assert problem.path == ("input", "pipelineId")
    stage.simulator.control.reset_calls()
    performed = await stage.perform(DeletePipeline(pipeline=before), confirm_name="X")
    assert isinstance(performed.errors[0], mutation_errors.NotFoundError)
    assert [call.method for call in stage.simulator.control.calls] == ["GET"]


async def test_a_definition_in_yaml_takes_no_visual_parts(stage: BuildkiteStage) -> None:
    written = await new_pipeline(stage)
    [visual] = (await stage.done(creation(stage, yaml=None, vendor_options={"steps": [{"type": "script", "command": "a"}]}))).keys
    assert isinstance(visual, PipelineKey)
    steps, env = {"steps": [{"type": "script", "command": "b"}]}, {"env": {"A": "1"}}

    for name, options in (("steps", steps), ("env", env)):
        command = UpdatePipeline(pipeline=written, vendor_options=options)
        assert await stage.invalid(command, calls=1) == ("input", "vendorOptions", name)
        assert await stage.sent(UpdatePipeline(pipeline=visual, vendor_options=options)) == options
    both = UpdatePipeline(pipeline=visual, yaml=YAML, vendor_options=steps)
    assert await stage.invalid(both, calls=1) == ("input", "vendorOptions", "steps")


@pytest.mark.parametrize(
    ("command", "message"),
    [(ArchivePipeline, "Pipeline could not be archived."), (UnarchivePipeline, "Pipeline could not be unarchived.")],
)
async def test_what_the_vendor_does_not_put_away_or_bring_back_is_a_conflict(
    stage: BuildkiteStage, command: type[ArchivePipeline] | type[UnarchivePipeline], message: str
) -> None:
    pipeline = await new_pipeline(stage)
    if command is UnarchivePipeline:
        await stage.done(ArchivePipeline(pipeline=pipeline))
    stage.answer("archive$", 422, message, method="POST")

    problem = await stage.refused(command(pipeline=pipeline), mutation_errors.ConflictError, calls=2)

    assert problem.message == message


async def test_what_is_archived_already_costs_no_write(stage: BuildkiteStage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.refused(UnarchivePipeline(pipeline=pipeline), mutation_errors.ConflictError, calls=1)
    await stage.done(ArchivePipeline(pipeline=pipeline))

    await stage.refused(ArchivePipeline(pipeline=pipeline), mutation_errors.ConflictError, calls=1)
