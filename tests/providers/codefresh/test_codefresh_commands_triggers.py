"""Triggers of the four sorts, in the definition and at the trigger manager, under both readings of that one."""

from typing import Any

import msgspec
import pytest

from gateway.domain import mutation_errors
from gateway.domain.audit import AuditOutcome
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.triggers import CreateTrigger, CronTrigger, DeleteTrigger, GitTrigger, HelmTrigger, RegistryTrigger
from gateway.domain.keys import PipelineKey, TriggerKey
from gateway.domain.trigger import Trigger
from gateway.simulation.control import Fault
from tests.contract.commands.example import Stage
from tests.contract.commands.examples.codefresh_made import NOWHERE, new_pipeline
from tests.contract.commands.examples.codefresh_triggers import CRON, GIT
from tests.providers.codefresh.opened import ALL, NAME, app_of
from tests.providers.codefresh.written import calls_of, kept, refused, refused_unasked, routes, sent

pytestmark = pytest.mark.anyio

LINK = "/hermes/triggers/[^/]+/[0-9a-f]{24}"
REFUSALS = [
    (400, mutation_errors.InvalidInputError),
    (403, mutation_errors.PermissionDeniedError),
    (404, mutation_errors.NotFoundError),
    (429, mutation_errors.RateLimitedError),
]
ANYONE = PipelineKey(NAME, (NOWHERE,))
HELM = HelmTrigger(kind="jfrog", repository="charts", chart="shop")


@pytest.fixture(params=[False, True], ids=["strict", "as published"])
def published(request: pytest.FixtureRequest, stage: Stage) -> bool:
    """How the trigger manager behaves."""
    as_published: bool = request.param
    app_of(stage.simulator).settings.hermes_as_published = as_published
    return as_published


def image(stage: Stage, tag: str | None = None) -> RegistryTrigger:
    return RegistryTrigger(kind="dockerhub", namespace="acme", repository=stage.name("image"), tag_pattern=tag)


async def test_a_git_trigger_goes_to_the_end_of_the_list(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    await stage.done(CreateTrigger(pipeline=pipeline, git=GIT))
    before = kept(stage, pipeline.parts[0])["spec"]["triggers"]
    stage.simulator.control.reset_calls()
    git = GitTrigger(
        repository="acme/shop/nested",
        events=("push.heads", "pullrequest.opened"),
        branch_pattern="/.*/gi",
        host="github",
        integration_context="github",
        pull_request_target_pattern="/main/",
        comment_pattern="/retest/",
        modified_files="src/**",
    )

    performed = await stage.done(
        CreateTrigger(
            pipeline=pipeline,
            name="second",
            description="Two",
            disabled=True,
            variables=(Variable("T", "hush", True),),
            git=git,
            vendor_options={"pullRequestAllowForkEvents": False, "branchRegexInput": "multiselect"},
        )
    )

    old, new = sent(stage, "PUT")["spec"]["triggers"]
    assert new == {
        "name": "second",
        "type": "git",
        "repo": "acme/shop/nested",
        "events": ["push.heads", "pullrequest.opened"],
        "branchRegex": "/.*/gi",
        "branchRegexInput": "multiselect",
        "provider": "github",
        "context": "github",
        "pullRequestTargetBranchRegex": "/main/",
        "commentRegex": "/retest/",
        "modifiedFilesGlob": "src/**",
        "description": "Two",
        "disabled": True,
        "variables": [{"key": "T", "value": "hush", "encrypted": True}],
        "pullRequestAllowForkEvents": False,
    }
    assert old["id"] == before[0]["id"]
    assert kept(stage, pipeline.parts[0])["spec"]["triggers"][0] == before[0]
    found = await stage.read(performed.keys[0])
    assert isinstance(found, Trigger)
    assert (found.name, found.disabled, found.description) == ("second", True, "Two")


async def test_a_trigger_without_a_name_has_the_repositorys(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)

    performed = await stage.done(CreateTrigger(pipeline=pipeline, git=GIT))

    found = await stage.read(performed.keys[0])
    assert isinstance(found, Trigger)
    assert found.name == "shop"


async def test_a_cron_trigger_borrows_by_name(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    [lender] = (await stage.done(CreateTrigger(pipeline=pipeline, name="push", git=GIT))).keys
    stage.simulator.control.reset_calls()

    await stage.done(
        CreateTrigger(
            pipeline=pipeline,
            cron=CronTrigger(expression="0 6 * * MON-FRI", message="weekdays", branch="main", git_trigger="push"),
            vendor_options={"options": {"noCache": True}},
        )
    )

    assert sent(stage, "PUT")["spec"]["cronTriggers"] == [
        {
            "name": "weekdays",
            "type": "cron",
            "expression": "0 6 * * MON-FRI",
            "message": "weekdays",
            "branch": "main",
            "options": {"noCache": True},
            "gitTriggerId": lender.parts[2],
        }
    ]


async def test_a_lender_that_is_not_there_is_told(stage: Stage) -> None:
    cron = CronTrigger(expression="@daily", message="nightly", git_trigger="never-heard-of")
    command = CreateTrigger(pipeline=await new_pipeline(stage), cron=cron)

    problem = await refused(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "cron", "gitTrigger")


@pytest.mark.parametrize(
    "expression",
    [
        "0 0 6 * * *",
        "0 6 * * *",
        "*/5 0-6 1,2 ? JAN MON-FRI",
        "0 6 * * mon-fri",
        "3-59/15 8 1,15 jan,JUL ?",
        "@hourly",
        "@every 1h30m",
    ],
)
async def test_cron_expressions_that_are_taken(stage: Stage, expression: str) -> None:
    command = CreateTrigger(pipeline=await new_pipeline(stage), cron=CronTrigger(expression=expression, message="go"))

    await stage.done(command)


@pytest.mark.parametrize(
    "expression",
    [
        "* * * *",
        "0 0 0 0 0 0 0",
        "@never",
        "@every morning",
        "@every 5",
        "0  6 * * *",
        "every morning",
        "a b c d %",
        "foo bar baz qux quux",
        "99 99 99 99 99",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 7",
        "*/0 * * * *",
        "* 6-2 * * *",
        "? * * * *",
        "0 6 * * MON#1",
    ],
)
async def test_cron_expressions_that_are_none(stage: Stage, expression: str) -> None:
    command = CreateTrigger(pipeline=ANYONE, cron=CronTrigger(expression=expression, message="go"))

    problem = await refused_unasked(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "cron", "expression")


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (CreateTrigger(pipeline=ANYONE), ()),
        (CreateTrigger(pipeline=ANYONE, git=GIT, cron=CRON), ("input", "cron")),
        (CreateTrigger(pipeline=ANYONE, cron=CronTrigger(expression="@daily", message="x")), ("input", "cron", "message")),
        (CreateTrigger(pipeline=ANYONE, cron=CronTrigger(expression="@daily", message="x" * 129)), ("input", "cron", "message")),
        (CreateTrigger(pipeline=ANYONE, git=GitTrigger(repository="shop", events=("push.heads",))), ("input", "git", "repository")),
        (CreateTrigger(pipeline=ANYONE, git=GitTrigger(repository="a/b", events=())), ("input", "git", "events")),
        (
            CreateTrigger(pipeline=ANYONE, git=GitTrigger(repository="a/b", events=("release", "x"))),
            ("input", "git", "events", "1"),
        ),
        (CreateTrigger(pipeline=ANYONE, cron=CRON, vendor_options={"branchRegexInput": "regex"}), ("input", "vendorOptions")),
        (CreateTrigger(pipeline=ANYONE, git=GIT, vendor_options={"secret": "x"}), ("input", "vendorOptions")),
        (CreateTrigger(pipeline=ANYONE, helm=HelmTrigger(kind="oci", repository="a", chart="b")), ("input", "helm", "kind")),
        (CreateTrigger(pipeline=ANYONE, helm=HelmTrigger(kind="jfrog", repository="a", chart="B")), ("input", "helm", "chart")),
        (
            CreateTrigger(pipeline=ANYONE, registry=RegistryTrigger(kind="quay", namespace="a:b", repository="c")),
            ("input", "registry", "namespace"),
        ),
        (
            CreateTrigger(pipeline=ANYONE, registry=RegistryTrigger(kind="quay", namespace="a", repository="b/c")),
            ("input", "registry", "repository"),
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_without_a_call(stage: Stage, command: Command, path: tuple[str, ...]) -> None:
    problem = await refused_unasked(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == path


@pytest.mark.parametrize(
    "extra",
    [
        {"name": "x"},
        {"description": "x"},
        {"disabled": True},
        {"variables": (Variable("A", "b"),)},
        {"vendor_options": {"options": {}}},
    ],
)
async def test_triggers_of_events_have_no_settings_of_their_own(stage: Stage, extra: dict[str, Any]) -> None:
    command = msgspec.structs.replace(CreateTrigger(pipeline=ANYONE, helm=HELM), **extra)

    await refused_unasked(stage, command, mutation_errors.NotSupportedError)


async def test_an_unknown_git_context_is_the_vendors_to_refuse(stage: Stage) -> None:
    git = GitTrigger(repository="acme/shop", events=("release",), integration_context="never-heard-of")
    command = CreateTrigger(pipeline=await new_pipeline(stage), name="push", git=git)

    problem = await refused(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "git", "integrationContext")


async def test_a_trigger_whose_id_the_answer_keeps_to_itself_is_looked_up(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=200, body="{}", perform=True))

    performed = await stage.done(CreateTrigger(pipeline=pipeline, git=GIT))

    [made] = kept(stage, pipeline.parts[0])["spec"]["triggers"]
    assert performed.keys == (TriggerKey(NAME, (*pipeline.parts, "git", made["id"])),)


async def test_what_others_added_meanwhile_stays(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(Fault("/pipelines/", method="PUT", status=409, body="{}", times=1))

    await stage.done(CreateTrigger(pipeline=pipeline, git=GIT))
    await stage.done(CreateTrigger(pipeline=pipeline, cron=CRON))

    spec = kept(stage, pipeline.parts[0])["spec"]
    assert (len(spec["triggers"]), len(spec["cronTriggers"])) == (1, 1)
    assert len(calls_of(stage, "PUT")) == 3


@pytest.mark.parametrize("sort", ["git", "cron"])
async def test_the_others_stay_when_one_is_deleted(stage: Stage, sort: str) -> None:
    pipeline = await new_pipeline(stage)
    made = [
        (await stage.done(CreateTrigger(pipeline=pipeline, name=name, **({"git": GIT} if sort == "git" else {"cron": CRON})))).keys[
            0
        ]
        for name in ("one", "two", "three")
    ]
    name = "triggers" if sort == "git" else "cronTriggers"
    before = kept(stage, pipeline.parts[0])["spec"][name]

    await stage.done(DeleteTrigger(trigger=made[1]))

    assert kept(stage, pipeline.parts[0])["spec"][name] == [before[0], before[2]]


async def test_an_event_is_made_and_linked(stage: Stage, published: bool) -> None:
    pipeline = await new_pipeline(stage)
    wanted = image(stage, "^v.*$")
    stage.simulator.control.reset_calls()

    performed = await stage.done(CreateTrigger(pipeline=pipeline, registry=wanted))

    [key] = performed.keys
    uri = key.parts[2]
    assert uri.startswith(f"registry:dockerhub:acme:{wanted.repository}:push:")
    made, linked = calls_of(stage, "POST")
    assert msgspec.json.decode(made.body) == {
        "type": "registry",
        "kind": "dockerhub",
        "secret": "!generate",
        "values": {"namespace": "acme", "name": wanted.repository, "action": "push"},
    }
    assert linked.raw_path.endswith(f"/{pipeline.parts[0]}")
    assert "%253A" in linked.raw_path
    assert msgspec.json.decode(linked.body) == {"filters": {"tag": "^v.*$"}}
    app = app_of(stage.simulator)
    assert (len(app.journal.of("event.create")), len(app.journal.of("link.create", uri))) == (1, 1)
    triggers = stage.provider.triggers
    assert triggers is not None
    [listed] = await triggers.list_triggers([pipeline], ALL)
    assert isinstance(listed, tuple)
    assert [trigger.key for trigger in listed] == [key]


async def test_an_event_that_is_there_is_used(stage: Stage, published: bool) -> None:
    wanted = image(stage)
    first, second = await new_pipeline(stage), await new_pipeline(stage)
    [one] = (await stage.done(CreateTrigger(pipeline=first, registry=wanted))).keys
    stage.simulator.control.reset_calls()

    [two] = (await stage.done(CreateTrigger(pipeline=second, registry=wanted))).keys

    assert one.parts[2] == two.parts[2]
    assert len(calls_of(stage, "POST")) == 1
    await refused(stage, CreateTrigger(pipeline=second, registry=wanted), mutation_errors.ConflictError)


async def test_an_event_that_somebody_makes_meanwhile_is_used(stage: Stage, published: bool) -> None:
    """The list before does not hold it; the creation is refused, or answered with what is there."""
    wanted = image(stage)
    await stage.done(CreateTrigger(pipeline=await new_pipeline(stage), registry=wanted))
    pipeline = await new_pipeline(stage)
    stage.simulator.control.add_fault(Fault("/hermes/events$", method="GET", status=200, body="null", times=1))

    performed = await stage.done(CreateTrigger(pipeline=pipeline, registry=wanted))

    assert len(app_of(stage.simulator).journal.of("link.create", performed.keys[0].parts[2])) == 2


async def test_a_link_that_fails_leaves_an_event_and_says_so(stage: Stage, published: bool) -> None:
    pipeline = await new_pipeline(stage)
    wanted = image(stage)
    command = CreateTrigger(pipeline=pipeline, registry=wanted)
    body = '{"status":403,"message":"Missing scopes: pipeline:write"}'
    stage.simulator.control.add_fault(Fault(LINK, method="POST", status=403, body=body))

    first = await stage.perform(command, key="once")

    [problem] = first.errors
    assert isinstance(problem, mutation_errors.PermissionDeniedError)
    assert problem.missing_scope == "pipeline:write"
    assert f"The event registry:dockerhub:acme:{wanted.repository}:push:" in problem.message
    assert "was made and is left over" in problem.message
    assert stage.store.last.outcome is AuditOutcome.REFUSED
    stage.simulator.control.clear_faults()
    again = await stage.perform(command, key="once")
    assert again.errors == ()
    assert len(app_of(stage.simulator).journal.of("event.create")) == 1


@pytest.mark.parametrize(("status", "kind"), REFUSALS)
async def test_a_refused_link_is_what_it_is(
    stage: Stage, status: int, kind: type[mutation_errors.MutationProblem], published: bool
) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.add_fault(Fault(LINK, method="POST", status=status, body='{"message":"no"}'))

    await refused(stage, CreateTrigger(pipeline=pipeline, registry=image(stage)), kind)


async def test_a_link_in_doubt_stays_in_doubt(stage: Stage, published: bool) -> None:
    pipeline = await new_pipeline(stage)
    body = '{"status":500,"message":"failed to create trigger: event <-> pipeline","error":"codefresh pipeline not found"}'
    stage.simulator.control.add_fault(Fault(LINK, method="POST", status=500, body=body, perform=True))

    problem = await refused(stage, CreateTrigger(pipeline=pipeline, registry=image(stage)), mutation_errors.UnknownOutcomeError)

    assert problem.cause == "UPSTREAM_UNAVAILABLE"
    assert "was made and is left over" in problem.message


@pytest.mark.parametrize("meanwhile", [True, False])
async def test_of_somebody_elses_event_it_is_not_said_that_it_was_made(stage: Stage, meanwhile: bool) -> None:
    wanted = image(stage)
    await stage.done(CreateTrigger(pipeline=await new_pipeline(stage), registry=wanted))
    pipeline = await new_pipeline(stage)
    if meanwhile:
        stage.simulator.control.add_fault(Fault("/hermes/events$", method="GET", status=200, body="null", times=1))
    stage.simulator.control.add_fault(Fault(LINK, method="POST", status=403, body='{"message":"no"}'))

    problem = await refused(stage, CreateTrigger(pipeline=pipeline, registry=wanted), mutation_errors.PermissionDeniedError)

    assert problem.message == "no"


async def test_a_link_that_cannot_be_read_is_not_passed_over(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    wanted = image(stage)
    [key] = (await stage.done(CreateTrigger(pipeline=pipeline, registry=wanted))).keys
    assert isinstance(key, TriggerKey)
    stage.simulator.control.reset_calls()
    body = f'[{{"event":5,"pipeline":"{pipeline.parts[0]}"}}]'
    stage.simulator.control.add_fault(Fault("/hermes/triggers/pipeline/", method="GET", status=200, body=body))

    await refused(stage, CreateTrigger(pipeline=pipeline, registry=wanted), mutation_errors.ProviderError)
    await refused(stage, DeleteTrigger(trigger=key), mutation_errors.ProviderError)

    assert {call.method for call in calls_of(stage)} == {"GET"}


async def test_a_link_that_went_meanwhile_is_not_found_whatever_the_status(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    [key] = (await stage.done(CreateTrigger(pipeline=pipeline, registry=image(stage)))).keys
    assert isinstance(key, TriggerKey)
    body = '{"status":500,"message":"failed to delete trigger: event <-X-> pipeline","error":"trigger not found"}'
    stage.simulator.control.add_fault(Fault(LINK, method="DELETE", status=500, body=body))

    await refused(stage, DeleteTrigger(trigger=key), mutation_errors.NotFoundError)


@pytest.mark.parametrize("sort", ["git", "cron"])
async def test_of_triggers_that_are_called_the_same_none_is_deleted(stage: Stage, sort: str) -> None:
    pipeline = await new_pipeline(stage)
    twins = [{"name": "twin", "repo": "acme/one"}, {"name": "twin", "repo": "acme/two"}]
    serve(stage, pipeline, sort, twins)

    problem = await refused(
        stage, DeleteTrigger(trigger=TriggerKey(NAME, (*pipeline.parts, sort, "twin"))), mutation_errors.ConflictError
    )

    assert "2" in problem.message
    assert not calls_of(stage, "PUT")


async def test_no_trigger_is_deleted_by_its_place(stage: Stage) -> None:
    pipeline = await new_pipeline(stage)
    serve(stage, pipeline, "git", [{"repo": "acme/one"}, {"repo": "acme/two"}])

    await refused(stage, DeleteTrigger(trigger=TriggerKey(NAME, (*pipeline.parts, "git", "0"))), mutation_errors.ConflictError)
    await refused(stage, DeleteTrigger(trigger=TriggerKey(NAME, (*pipeline.parts, "git", "x"))), mutation_errors.NotFoundError)

    assert not calls_of(stage, "PUT")


def serve(stage: Stage, pipeline: PipelineKey, sort: str, triggers: list[dict[str, str]]) -> None:
    """The pipeline is read with these triggers."""
    document = kept(stage, pipeline.parts[0])
    document["spec"]["triggers" if sort == "git" else "cronTriggers"] = triggers
    body = msgspec.json.encode(document).decode()
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(Fault("/pipelines/", method="GET", status=200, body=body))


async def test_a_new_trigger_has_no_hidden_values(stage: Stage) -> None:
    command = CreateTrigger(pipeline=ANYONE, git=GIT, variables=(Variable("TOKEN", "*****", True),))

    problem = await refused_unasked(stage, command, mutation_errors.InvalidInputError)

    assert problem.path == ("input", "variables")


async def test_no_event_is_made_for_a_pipeline_that_is_not_there(stage: Stage, published: bool) -> None:
    problem = await refused(stage, CreateTrigger(pipeline=ANYONE, registry=image(stage)), mutation_errors.NotFoundError)

    assert problem.path == ("input", "pipelineId")
    assert not calls_of(stage, "POST")
    assert not app_of(stage.simulator).journal.writes


@pytest.mark.parametrize("body", ["12", '"x"', "{}", ""])
async def test_an_event_whose_address_cannot_be_read_is_linked_to_nothing(stage: Stage, body: str) -> None:
    pipeline = await new_pipeline(stage)
    stage.simulator.control.reset_calls()
    stage.simulator.control.add_fault(Fault("/hermes/events$", method="POST", status=200, body=body))

    await refused(stage, CreateTrigger(pipeline=pipeline, registry=image(stage)), mutation_errors.UnknownOutcomeError)

    assert len(calls_of(stage, "POST")) == 1


async def test_the_event_stays_when_a_link_goes(stage: Stage, published: bool) -> None:
    pipeline = await new_pipeline(stage)
    [key] = (await stage.done(CreateTrigger(pipeline=pipeline, registry=image(stage)))).keys
    assert isinstance(key, TriggerKey)
    stage.simulator.control.reset_calls()

    await stage.done(DeleteTrigger(trigger=key))

    assert key.parts[2] in app_of(stage.simulator).world.hermes.events
    assert len(routes(stage)) == 2
    problem = await refused(stage, DeleteTrigger(trigger=key), mutation_errors.NotFoundError)
    assert problem.path == ("input", "triggerId")


@pytest.mark.parametrize("parts", [(NOWHERE, "event", "a:b"), (NOWHERE, "git", "x"), (NOWHERE, "other", "x"), ("x", "git", "x")])
async def test_triggers_that_never_were_are_not_found(stage: Stage, parts: tuple[str, ...], published: bool) -> None:
    await refused(stage, DeleteTrigger(trigger=TriggerKey(NAME, parts)), mutation_errors.NotFoundError)

    assert not app_of(stage.simulator).journal.writes
