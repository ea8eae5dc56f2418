"""What is refused before anything is asked of a vendor, and how it is told."""

import pytest

from gateway.domain import mutation_errors
from gateway.domain.audit import AuditOutcome
from gateway.domain.commands.command import Pair, Variable, handling
from gateway.domain.commands.destinations import CreateDestination, ResendDeliveries
from gateway.domain.commands.naming import camel_case, input_path
from gateway.domain.commands.pipelines import CreatePipeline, DeletePipeline, PlanStepDefinition, TaskContent, UpdatePipeline
from gateway.domain.commands.runs import Author, CancelRun, RunPipeline
from gateway.domain.commands.schedules import SchedulePipeline, TimesOfDayDefinition, Timetable
from gateway.domain.commands.triggers import CreateTrigger, GitTrigger, HelmTrigger
from gateway.domain.destination import CallMethod, ManualEndpoint
from gateway.domain.errors import (
    FieldComplaint,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    UpstreamTimeoutError,
)
from gateway.domain.keys import DestinationKey, ExecutionKey, PipelineKey
from gateway.domain.plan import StepCondition
from gateway.domain.schedule import ScheduleFrequency
from gateway.operations.checks import check_values
from gateway.operations.fingerprint import fingerprint
from gateway.operations.problems import problems_of
from tests.operations.conftest import BUILD, PIPELINE

pytestmark = pytest.mark.anyio


async def refused(desk, command, **more):
    performed = await desk.perform(command, **more)
    assert desk.handled == []
    (problem,) = performed.errors
    return problem


async def test_a_provider_that_is_not_configured_is_named_with_those_that_are(desk):
    problem = await refused(desk, RunPipeline(pipeline=PipelineKey("nobody", ("x",))))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert "Configured: acme, other, third." in problem.message


async def test_a_command_that_a_provider_does_not_know_names_who_does(desk):
    problem = await refused(desk, RunPipeline(pipeline=PipelineKey("other", ("x",))))

    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert (problem.path, problem.supported_by) == (("input", "pipelineId"), ("acme", "third"))


async def test_a_field_that_means_nothing_to_a_provider_names_who_takes_it(desk):
    problem = await refused(desk, RunPipeline(pipeline=PIPELINE, tag="v1"))

    assert isinstance(problem, mutation_errors.NotSupportedError)
    assert (problem.path, problem.supported_by) == (("input", "tag"), ("third",))
    assert "acme has no `tag` for runPipeline" in problem.message


async def test_an_unknown_option_of_the_vendor_is_refused_and_the_known_ones_are_named(desk):
    problem = await refused(desk, RunPipeline(pipeline=PIPELINE, vendor_options={"priority": 1, "colour": "red"}))

    assert isinstance(problem, mutation_errors.InvalidInputError)
    assert problem.path == ("input", "vendorOptions")
    assert "'colour'" in problem.message
    assert "It takes: priority." in problem.message


async def test_a_wrong_name_destroys_nothing(desk):
    problem = await refused(desk, DeletePipeline(pipeline=PIPELINE), confirm_name="deploy")

    assert problem.path == ("input", "confirmName")
    assert "Deploy" not in problem.message


async def test_the_right_name_lets_it_be_destroyed(desk):
    performed = await desk.perform(DeletePipeline(pipeline=PIPELINE), confirm_name="Deploy")

    assert performed.keys == (BUILD,)


async def test_what_is_to_be_destroyed_must_be_there(desk):
    problem = await refused(desk, DeletePipeline(pipeline=PipelineKey("acme", ("gone",))), confirm_name="gone")

    assert isinstance(problem, mutation_errors.NotFoundError)
    assert problem.path == ("input", "pipelineId")


async def test_refusals_are_in_the_audit_log_too(desk):
    await refused(desk, RunPipeline(pipeline=PIPELINE, tag="v1"))

    (entry,) = await desk.store.entries(None, None, 9)
    assert (entry.outcome, entry.settlement.code, entry.settlement.writes) == (AuditOutcome.REFUSED, "NOT_SUPPORTED", 0)
    assert (entry.attempt.mutation, entry.attempt.provider) == ("runPipeline", "acme")


def nested(depth):
    value = {}
    for _ in range(depth):
        value = {"a": value}
    return value


NIGHTLY = Timetable(frequency=ScheduleFrequency.DAILY, time_zone="UTC")
WRONG = [
    (RunPipeline(pipeline=PIPELINE, branch=" "), "branch", "blank"),
    (RunPipeline(pipeline=PIPELINE, branch="a\nb"), "branch", "line break"),
    (RunPipeline(pipeline=PIPELINE, branch="x" * 1025), "branch", "1024"),
    (RunPipeline(pipeline=PIPELINE, commit="\ud800"), "commit", "Unicode"),
    (RunPipeline(pipeline=PIPELINE, message="\x00"), "message", "control character"),
    (RunPipeline(pipeline=PIPELINE, yaml="steps: ["), "yaml", "is no YAML"),
    (RunPipeline(pipeline=PIPELINE, yaml="just text"), "yaml", "mapping or list"),
    (RunPipeline(pipeline=PIPELINE, yaml="a: 1\na b: : c"), "yaml", "line 2"),
    (RunPipeline(pipeline=PIPELINE, yaml="# nothing"), "yaml", "mapping or list"),
    (RunPipeline(pipeline=PIPELINE, yaml="[" * 65 + "]" * 65), "yaml", "64 levels"),
    (RunPipeline(pipeline=PIPELINE, yaml="a: 1\n" * 60_001), "yaml", "at most 300000"),
    (RunPipeline(pipeline=PIPELINE, vendor_options={"a": [{"b": float("inf")}]}), "vendor_options", "too large"),
    (RunPipeline(pipeline=PIPELINE, vendor_options={"a": 2**63}), "vendor_options", "too large"),
    (RunPipeline(pipeline=PIPELINE, vendor_options={"a\ud800": 1}), "vendor_options", "Unicode"),
    (CreatePipeline(provider="acme", name="n", spec=nested(65)), "spec", "64 levels"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(Timetable(frequency=ScheduleFrequency.ONCE, time_zone="UTC", start_time="0\u0669:30"),)),
     "triggers.0.start_time", "HH:mm"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(Timetable(frequency=ScheduleFrequency.ONCE, time_zone="localtime"),)),
     "triggers.0.time_zone", "IANA"),
    (RunPipeline(pipeline=PIPELINE, author=Author("Ada", "nobody")), "author.email", "mail address"),
    (RunPipeline(pipeline=PIPELINE, variables=(Variable("1X", "v"),)), "variables.0.name", "begin with a letter"),
    (RunPipeline(pipeline=PIPELINE, variables=(Variable("A", "v"), Variable("A", "w"))), "variables.1.name", "twice"),
    (RunPipeline(pipeline=PIPELINE, metadata=(Pair("a", "v"), Pair("a", "w"))), "metadata.1.name", "twice"),
    (RunPipeline(pipeline=PIPELINE, skip_steps=("a",) * 501), "skip_steps", "at most 500"),
    (RunPipeline(pipeline=PIPELINE, timeout_s=0.0), "timeout_s", "more than 0"),
    (CreatePipeline(provider="acme", name="n", task=TaskContent(parameters=(Variable("A", ""), Variable("A", "")))),
     "task.parameters.1.name", "twice"),
    (CreatePipeline(provider="acme", name="n", steps=(
        PlanStepDefinition(name="s", tasks=(PIPELINE,), condition=StepCondition.UNKNOWN),)), "steps.0.condition", "UNKNOWN"),
    (CreateTrigger(pipeline=PIPELINE, git=GitTrigger(repository="a/b", events=("push",)), helm=HelmTrigger(kind="k", repository="r", chart="c")),
     "helm", "Exactly one of `git`, `cron`, `helm`, `registry`"),
    (CreateTrigger(pipeline=PIPELINE), None, "not 0"),
    (ResendDeliveries(destination=DestinationKey("acme", ("d",))), None, "Exactly one of `deliveryIds`, `status` must be given, not 0"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(NIGHTLY, Timetable(frequency=ScheduleFrequency.ONCE, time_zone="Mars/Base"))),
     "triggers.1.time_zone", "IANA"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(Timetable(frequency=ScheduleFrequency.ONCE, time_zone="UTC", start_date="1.2.26"),)),
     "triggers.0.start_date", "YYYY-MM-DD"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(Timetable(frequency=ScheduleFrequency.ONCE, time_zone="UTC", start_time="24:00"),)),
     "triggers.0.start_time", "HH:mm"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(Timetable(frequency=ScheduleFrequency.WEEKLY, time_zone="UTC", days=("FUNDAY",)),)),
     "triggers.0.days.0", "MONDAY"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(Timetable(frequency=ScheduleFrequency.MONTHLY, time_zone="UTC", day_of_month=32),)),
     "triggers.0.day_of_month", "1 to 31"),
    (SchedulePipeline(pipeline=PIPELINE, triggers=(
        Timetable(frequency=ScheduleFrequency.DAILY, time_zone="UTC", at_times=TimesOfDayDefinition(times=("08:00", "8 am"))),)),
     "triggers.0.at_times.times.1", "HH:mm"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "field", "words"), WRONG, ids=[field for _, field, _ in WRONG])
def test_what_nobody_can_mean_is_refused_by_name(command, field, words):
    with pytest.raises(InvalidInputError) as caught:
        check_values(command)

    assert caught.value.field == field
    assert words in caught.value.message


@pytest.mark.parametrize(
    "command",
    [
        RunPipeline(
            pipeline=PIPELINE, message="two\nlines", yaml="steps:\n  - command: make\n", variables=(Variable("A.b-c", ""),)
        ),
        UpdatePipeline(pipeline=PIPELINE, description=None, yaml="[]"),
        SchedulePipeline(pipeline=PIPELINE, triggers=(NIGHTLY,)),
        CreatePipeline(provider="acme", name="Entrepôt ☕", spec={"any": [" ", "\n"]}),
    ],
)
def test_what_can_be_meant_passes(command):
    check_values(command)


@pytest.mark.parametrize(
    ("command", "field", "path"),
    [
        (RunPipeline, None, ()),
        (RunPipeline, "pipeline", ("input", "pipelineId")),
        (RunPipeline, "timeout_s", ("input", "timeoutSeconds")),
        (CreatePipeline, "task.artifact", ("input", "task", "artifactId")),
        (CreatePipeline, "steps.2.tasks", ("input", "steps", "2", "taskIds")),
        (CreatePipeline, "steps.0.on_failure.1", ("input", "steps", "0", "onFailureIds", "1")),
        (SchedulePipeline, "triggers.0.at_times.interval_minutes", ("input", "triggers", "0", "atTimes", "intervalMinutes")),
        (RunPipeline, "no_such.thing_here", ("input", "noSuch", "thingHere")),
    ],
)
def test_paths_in_commands_become_paths_in_arguments(command, field, path):
    assert input_path(command, field) == path


def test_names_are_written_as_in_the_schema():
    assert [camel_case(name) for name in ("a", "a_b", "timeout_s", "is_s")] == ["a", "aB", "timeoutSeconds", "isSeconds"]


def test_each_complaint_is_a_problem_of_its_own_if_one_is_about_a_field_that_we_have():
    error = InvalidInputError("Validation Failed", provider="acme")
    error.complaints = (
        FieldComplaint("configuration", "is missing"),
        FieldComplaint("colour", "is ugly"),
        FieldComplaint("slug", "is taken"),
    )

    found = problems_of(error, CreatePipeline, (), {"configuration": "yaml", "slug": "slug"})

    assert [(problem.path, problem.message) for problem in found] == [
        (("input", "yaml"), "configuration: is missing"),
        ((), "colour: is ugly"),
        (("input", "slug"), "slug: is taken"),
    ]


@pytest.mark.parametrize(
    ("error", "shown", "facts"),
    [
        (
            PermissionDeniedError("no", missing_scope="write_builds", provider="a"),
            "PermissionDeniedError",
            {"missing_scope": "write_builds"},
        ),
        (RateLimitedError("slow", provider="a", retry_after_s=3), "RateLimitedError", {"retry_after_s": 3}),
        (
            UpstreamTimeoutError("late", provider="a", request_id="r"),
            "ProviderError",
            {"provider": "a", "retryable": True, "request_id": "r"},
        ),
        (NotFoundError("none", provider="a"), "NotFoundError", {"path": ()}),
    ],
)
def test_failures_keep_what_helps_their_reader(error, shown, facts):
    (problem,) = problems_of(error, RunPipeline)

    assert type(problem).__name__ == shown
    assert {name: getattr(problem, name) for name in facts} == facts


def test_a_handler_cannot_claim_fields_that_a_command_does_not_have():
    async def handle(_):
        raise AssertionError

    with pytest.raises(ValueError, match="colour"):
        handling(RunPipeline, handle, takes=("colour",))
    with pytest.raises(ValueError, match="options"):
        handling(DeletePipeline, handle, options=("force",))


def test_two_orders_are_for_the_same_if_what_was_given_is_the_same():
    plain, same = RunPipeline(pipeline=PIPELINE, branch="main"), RunPipeline(pipeline=PIPELINE, branch="main", variables=())

    assert fingerprint(plain, None) == fingerprint(same, None)
    others = [
        RunPipeline(pipeline=PIPELINE), RunPipeline(pipeline=PIPELINE, branch="Main"), CancelRun(run=BUILD),
        CancelRun(run=ExecutionKey(BUILD.provider, BUILD.parts)),
    ]  # fmt: skip
    assert len({fingerprint(each, None) for each in [plain, *others]}) == 5
    assert fingerprint(DeletePipeline(pipeline=PIPELINE), "a") != fingerprint(DeletePipeline(pipeline=PIPELINE), "b")
    assert b"commit" not in fingerprint(plain, None), "a field that a later version adds must change nothing"


def test_nothing_that_was_given_gets_into_a_repr():
    command = RunPipeline(
        pipeline=PIPELINE, message="CANARY", variables=(Variable("TOKEN", "CANARY"),), vendor_options={"a": "CANARY"}
    )

    assert "CANARY" not in f"{command!r} {command} {command.variables!r}"
    assert "deploy" in repr(command)


def test_every_value_of_a_step_can_be_told():
    step = PlanStepDefinition(name="load", tasks=(PIPELINE,))

    assert CreatePipeline(provider="a", name="n", steps=(step,), task=TaskContent()).given().keys() == {"steps", "task"}


@pytest.mark.parametrize(("letters", "fits"), [(0, True), (16_384, True), (16_385, False)])
def test_headers_as_text_may_be_empty_and_long(letters, fits):
    endpoint = ManualEndpoint(method=CallMethod.POST, url="https://v.example/x", headers_text="x" * letters)
    command = CreateDestination(provider="acme", name="n", manual=endpoint)

    if fits:
        check_values(command)
    else:
        with pytest.raises(InvalidInputError, match=r"`manual\.headersText` takes at most 16384"):
            check_values(command)
