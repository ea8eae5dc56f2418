"""Records become commands: every field of every command, and nothing dropped, rounded or guessed."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any, get_args, get_origin

import msgspec
import pytest

from gateway.domain.commands import COMMANDS
from gateway.domain.commands.command import Command, Pair, Variable
from gateway.domain.commands.from_record import command_from_record
from gateway.domain.commands.integration_contexts import UpdateIntegrationContext
from gateway.domain.commands.naming import camel_case, input_name, key_types, plain
from gateway.domain.commands.pipelines import CreatePipeline, PlanStepDefinition, UpdatePipeline
from gateway.domain.commands.reports import RecordPipelineRun
from gateway.domain.commands.runs import PullRequestOf, RunPipeline
from gateway.domain.commands.schedules import SchedulePipeline
from gateway.domain.commands.triggers import CreateTrigger, GitTrigger
from gateway.domain.errors import InvalidInputError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import BuildKey, Key, PipelineKey, ProjectKey
from gateway.domain.pipeline import PipelineKind
from gateway.domain.plan import StepCondition

PIPELINE = PipelineKey("ci", ("p1",))
FIXED = {"pipeline": PIPELINE}
AT = datetime(2026, 3, 2, 10, 11, 12, tzinfo=UTC)
REPORT = {"referenceId": "r", "pipelineSource": "Jenkins", "pipelineName": "web"}


def run(record: dict[str, Any], **more: Any) -> RunPipeline:
    return command_from_record(RunPipeline, record, fixed=FIXED, **more)


def report(**fields: Any) -> RecordPipelineRun:
    return command_from_record(RecordPipelineRun, REPORT | fields, fixed={"provider": "dx"})


def wrong(record: dict[str, Any], command: type[Command] = RunPipeline, **more: Any) -> tuple[str | None, str]:
    """The field and the message of the refusal."""
    with pytest.raises(InvalidInputError) as caught:
        command_from_record(command, record, fixed=more.pop("fixed", FIXED), **more)
    return caught.value.field, caught.value.message


def full(hint: Any) -> Any:
    """A value of a field, with everything that it can hold."""
    wanted = plain(hint)
    if get_origin(wanted) is tuple:
        return (full(get_args(wanted)[0]),)
    if kinds := key_types(hint):
        return kinds[-1]("ci", ("a", "b"))
    if get_origin(wanted) is dict:
        return {"any": [1, None, {"thing": 1.5}]}
    if issubclass(wanted, Enum):
        return list(wanted)[-1]
    if issubclass(wanted, msgspec.Struct):
        return wanted(**{field.name: full(field.type) for field in msgspec.structs.fields(wanted)})
    return {str: "text", int: 7, float: 1.5, bool: True, datetime: AT}[wanted]


def written(value: Any) -> Any:
    """As a client writes it."""
    if isinstance(value, Key):
        return encode_id(value)
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(type(value))
        return {camel_case(input_name(each.name, each.type)): written(getattr(value, each.name)) for each in fields}
    if isinstance(value, tuple):
        return [written(each) for each in value]
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.mutation)
def test_every_field_of_every_command_can_be_written(command: type[Command]) -> None:
    wanted = command(**{field.name: full(field.type) for field in msgspec.structs.fields(command)})
    record = msgspec.json.decode(msgspec.json.encode(written(wanted)))

    assert command_from_record(command, record, fixed={}) == wanted


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.mutation)
def test_a_null_is_as_if_not_given_or_empties_where_that_can_be(command: type[Command]) -> None:
    described = msgspec.structs.fields(command)
    fixed = {field.name: full(field.type) for field in described if field.required}
    plainly = command_from_record(command, {}, fixed=fixed)
    for field in described:
        name = camel_case(input_name(field.name, field.type))
        if field.required:
            continue
        if field.default is not msgspec.UNSET:
            assert command_from_record(command, {name: None}, fixed=fixed) == plainly
        elif type(None) in get_args(field.type):
            assert getattr(command_from_record(command, {name: None}, fixed=fixed), field.name) is None
        else:
            assert wrong({name: None}, command, fixed=fixed)[0] == f"record.{name}"


def test_all_unknown_attributes_are_named_with_what_is_allowed() -> None:
    record = {"branch": "main", "foo": 1, "b\x00ar": 2}

    field, message = wrong(record, options=frozenset({"annotations"}), aliases={"sha": "commit"})

    assert field == "record.foo"
    assert message.startswith(r"runPipeline takes no `foo`, `b\x00ar`. It takes `author`, `branch`")
    for each in ("`sha`", "`annotations`", "excludeAttributes"):
        assert each in message
    assert "`pipelineId`" not in message


def test_an_unknown_attribute_is_refused_even_where_it_is_null() -> None:
    assert wrong({"foo": None})[0] == "record.foo"


def test_very_many_unknown_attributes_are_counted() -> None:
    _, message = wrong({f"a{number}": 0 for number in range(25)})

    assert "`a19` and 5 more." in message
    assert "a20" not in message


def test_what_was_used_need_mean_nothing_and_may_still_mean_something() -> None:
    record = {"branch": "main", "id": 7, "pipelineId": "whatever"}

    assert run(record, used={"id", "branch", "pipelineId"}) == RunPipeline(pipeline=PIPELINE, branch="main")


def test_what_is_settled_elsewhere_may_not_be_in_the_record() -> None:
    field, message = wrong({"pipelineId": encode_id(PIPELINE)})

    assert field == "record.pipelineId"
    assert "settled by the destination" in message


def test_options_of_the_vendor_join_those_that_are_given_as_such() -> None:
    options = frozenset({"annotations", "other"})

    made = run({"annotations": {"a": 1}, "vendorOptions": {"other": 2}}, options=options)

    assert made.vendor_options == {"annotations": {"a": 1}, "other": 2}
    assert run({"annotations": None}, options=options).vendor_options is None
    assert wrong({"annotations": 1, "vendorOptions": {"annotations": 2}}, options=options)[0] == "record.annotations"


def test_an_option_that_is_null_is_kept_where_null_empties() -> None:
    made = command_from_record(UpdatePipeline, {"priority": None}, fixed=FIXED, options={"priority"})

    assert made.vendor_options == {"priority": None}


def test_a_name_among_the_options_wins_over_a_field_that_is_settled() -> None:
    made = command_from_record(
        CreatePipeline, {"name": "n", "steps": [{"command": "make"}]}, fixed={"provider": "ci", "steps": ()}, options={"steps"}
    )

    assert made == CreatePipeline(provider="ci", name="n", vendor_options={"steps": [{"command": "make"}]})


@pytest.mark.parametrize(
    "given",
    [
        {"A": "x", "N": 3, "F": 1.5, "B": True},
        [{"name": "A", "value": "x"}, {"name": "N", "value": 3}, {"name": "F", "value": 1.5}, {"name": "B", "value": True}],
        [{"key": "A", "value": "x"}, {"key": "N", "value": "3"}, {"key": "F", "value": "1.5"}, {"key": "B", "value": "true"}],
    ],
)
def test_variables_and_pairs_are_taken_in_three_forms(given: Any) -> None:
    made = run({"variables": given, "metadata": given})

    texts = (("A", "x"), ("N", "3"), ("F", "1.5"), ("B", "true"))
    assert made.variables == tuple(Variable(*each) for each in texts)
    assert made.metadata == tuple(Pair(*each) for each in texts)


def test_a_variable_can_be_encrypted() -> None:
    assert run({"variables": [{"key": "T", "value": "s", "encrypted": True}]}).variables == (Variable("T", "s", True),)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"A": None}, "record.variables.A"),
        ({"A": {"b": 1}}, "record.variables.A"),
        ({"A": ["b"]}, "record.variables.A"),
        ("A=1", "record.variables"),
        ([None], "record.variables.0"),
        (["A"], "record.variables.0"),
        ([{"name": "A", "value": None}], "record.variables.0.value"),
        ([{"name": "A"}], "record.variables.0.value"),
        ([{"name": "A", "key": "A", "value": ""}], "record.variables.0.key"),
        ([{"name": 1, "value": ""}], "record.variables.0.name"),
        ([{"name": "A", "value": "", "encrypted": "yes"}], "record.variables.0.encrypted"),
    ],
)
def test_other_variables_are_refused_where_they_are(given: Any, field: str) -> None:
    assert wrong({"variables": given})[0] == field


@pytest.mark.parametrize(
    ("record", "field", "words"),
    [
        ({"branch": 7}, "record.branch", "takes text, not a number"),
        ({"branch": True}, "record.branch", "takes text, not true or false"),
        ({"branch": ["main"]}, "record.branch", "takes text, not a list"),
        ({"noCache": "true"}, "record.noCache", "takes true or false, not text"),
        ({"noCache": 1}, "record.noCache", "takes true or false, not a number"),
        ({"timeoutSeconds": "5"}, "record.timeoutSeconds", "takes a number, not text"),
        ({"timeoutSeconds": True}, "record.timeoutSeconds", "takes a number"),
        ({"timeoutSeconds": 10**400}, "record.timeoutSeconds", "too large"),
        ({"skipSteps": "build"}, "record.skipSteps", "takes a list, not text"),
        ({"skipSteps": ["a", None]}, "record.skipSteps.1", "must not be null"),
        ({"skipSteps": ["a", 1]}, "record.skipSteps.1", "takes text"),
        ({"author": "me"}, "record.author", "takes a JSON object, not text"),
        ({"author": {"name": "me"}}, "record.author.email", "is missing"),
        ({"author": {"name": "me", "email": "e", "phone": "1"}}, "record.author.phone", "`author` takes `name`, `email`"),
        ({"pullRequest": {"number": 1.0}}, "record.pullRequest.number", "takes a whole number"),
        ({"pullRequest": {"number": True}}, "record.pullRequest.number", "takes a whole number"),
        ({"pullRequest": {"number": 2**31}}, "record.pullRequest.number", "at most 2147483647"),
        ({"pullRequest": {"number": 1, "labels": [1]}}, "record.pullRequest.labels.0", "takes text"),
        ({"vendorOptions": ["a"]}, "record.vendorOptions", "takes a JSON object, not a list"),
    ],
)
def test_values_are_typed_strictly(record: dict[str, Any], field: str, words: str) -> None:
    found, message = wrong(record)

    assert found == field
    assert words in message


def test_a_whole_number_is_a_number() -> None:
    assert run({"timeoutSeconds": 5}).timeout_s == 5.0


def test_no_value_is_repeated() -> None:
    assert "hush" not in wrong({"variables": {"A": ["hush"]}})[1]
    assert "hush" not in wrong({"name": "n", "kind": "hush"}, CreatePipeline, fixed={"provider": "ci"})[1]


def test_enums_go_by_name() -> None:
    made = command_from_record(CreatePipeline, {"name": "n", "kind": "CI"}, fixed={"provider": "ci"})

    assert made.kind is PipelineKind.CI
    field, message = wrong({"name": "n", "kind": "ci"}, CreatePipeline, fixed={"provider": "ci"})
    assert field == "record.kind"
    assert "one of CI, PLAN, TASK, DATA" in message


def test_keys_are_ids_of_the_gateway_also_inside() -> None:
    key = ProjectKey("ci", ("x",))
    steps = [{"name": "one", "taskIds": [encode_id(PIPELINE)], "condition": None}]

    made = command_from_record(CreatePipeline, {"name": "n", "projectId": encode_id(key), "steps": steps}, fixed={"provider": "ci"})

    assert made.project == key
    assert made.steps == (PlanStepDefinition(name="one", tasks=(PIPELINE,), condition=StepCondition.ALL_SUCCEEDED),)


@pytest.mark.parametrize("text", ["", "x1", encode_id(BuildKey("ci", ("a",))), 7])
def test_other_ids_are_refused(text: object) -> None:
    record = {"name": "n", "projectId": text}

    assert wrong(record, CreatePipeline, fixed={"provider": "ci"})[0] == "record.projectId"


@pytest.mark.parametrize(
    "given",
    ["2026-03-02T10:11:12Z", "2026-03-02T12:11:12+02:00", "2026-03-02t10:11:12.000z", 1772446272, 1772446272.0, "1772446272"],
)
def test_times_have_a_zone_or_are_seconds(given: object) -> None:
    assert report(startedAt=given).started_at == AT
    assert report(startedAt=given).started_at.tzinfo is UTC


def test_parts_of_a_second_are_kept() -> None:
    assert report(startedAt=1772446272.25).started_at == AT.replace(microsecond=250_000)


@pytest.mark.parametrize(
    "given",
    [
        *("2026-03-02T10:11:12", "2026-03-02", "yesterday", "", 1772446272000, "1772446272000", -5, True, ["1"], {}),
        *("0001-01-01T00:00:00+23:00", "2026-02-30T00:00:00Z", 1e300),
    ],
)
def test_other_times_are_refused(given: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        report(startedAt=given)

    assert caught.value.field == "record.startedAt"


def test_all_that_is_missing_is_named() -> None:
    field, message = wrong({"pipelineName": None, "referenceId": "r"}, RecordPipelineRun, fixed={"provider": "dx"})

    assert field == "record.pipelineSource"
    assert message == "`pipelineSource`, `pipelineName`, `startedAt` are missing, or null, in the record."


def test_an_alias_is_named_as_the_record_has_it() -> None:
    aliases = {"env": "variables", "sha": "commit"}

    assert run({"env": {"A": 1}, "sha": "0f"}, aliases=aliases) == RunPipeline(
        pipeline=PIPELINE, variables=(Variable("A", "1"),), commit="0f"
    )
    assert wrong({"env": {"A": None}}, aliases=aliases)[0] == "record.env.A"


def test_two_names_of_one_field_are_refused() -> None:
    field, message = wrong({"variables": {}, "env": {}}, aliases={"env": "variables"})

    assert field == "record.env"
    assert "`variables` and `env`" in message


MEMBERS = {"pull_request_id": "pullRequest.number", "pull_request_labels": "pullRequest.labels"}


def test_an_alias_may_be_a_member() -> None:
    record = {"pull_request_id": 7, "pullRequest": {"baseBranch": "main"}, "pull_request_labels": None}

    made = run(record, aliases=MEMBERS)

    assert made.pull_request == PullRequestOf(number=7, base_branch="main")
    assert record["pullRequest"] == {"baseBranch": "main"}
    assert run({"pull_request_labels": None}, aliases=MEMBERS).pull_request is None


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"pull_request_id": "7"}, "record.pull_request_id"),
        ({"pull_request_id": 7, "pull_request_labels": [1]}, "record.pull_request_labels.0"),
        ({"pull_request_id": 7, "pullRequest": {"number": 7}}, "record.pull_request_id"),
        ({"pull_request_id": 7, "pullRequest": "seven"}, "record.pull_request_id"),
        ({"pull_request_labels": []}, "record.pullRequest.number"),
    ],
)
def test_errors_of_members_name_the_attribute(record: dict[str, Any], field: str) -> None:
    assert wrong(record, aliases=MEMBERS)[0] == field


def test_structs_hold_structs() -> None:
    record = {"git": {"repository": "acme/shop", "events": ["push.heads"], "branchPattern": "/main/"}}

    made = command_from_record(CreateTrigger, record, fixed=FIXED)

    assert made.git == GitTrigger(repository="acme/shop", events=("push.heads",), branch_pattern="/main/")
    field, message = wrong({"triggers": [{"frequency": "DAILY", "timeZone": "UTC", "atTimes": {"times": "6"}}]}, SchedulePipeline)
    assert field == "record.triggers.0.atTimes.times"
    assert "takes a list" in message


def test_free_json_is_left_as_it_is() -> None:
    data = {"A": None, "b": {"c": [1, 2.5]}}
    key = full(msgspec.structs.fields(UpdateIntegrationContext)[0].type)

    made = command_from_record(UpdateIntegrationContext, {"data": data}, fixed={"integration_context": key})

    assert made.data == data
