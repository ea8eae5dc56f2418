"""Parameters of templates: constants, or attributes of the record."""

import pytest

from gateway.destinations.parameters import check_parameters, filled, reads_record
from gateway.domain.commands.command import Pair
from gateway.domain.commands.runs import CancelRun
from gateway.domain.errors import InvalidInputError
from gateway.domain.template import Filled, Template, TemplateParameter


async def never(_: Filled) -> CancelRun:
    raise AssertionError


TEMPLATE = Template(
    name="cancel-build",
    title="Cancel Build",
    description="Cancels.",
    command=CancelRun,
    make=never,
    parameters=(
        TemplateParameter(name="organization", description="Slug.", example="acme", required=False),
        TemplateParameter(name="pipeline", description="Slug.", example="web"),
        TemplateParameter(name="build", description="Number.", example="7"),
    ),
)


def test_what_is_missing_is_told_in_words():
    missing = check_parameters([Pair("pipeline", "web")], TEMPLATE, "template.parameters")

    assert missing == ("The template's parameter `build` is missing.",)


def test_what_need_not_be_there_is_not_missed():
    assert check_parameters([Pair("pipeline", "web"), Pair("build", "{{build}}")], TEMPLATE, "template.parameters") == ()


@pytest.mark.parametrize(
    ("pair", "field"),
    [
        (Pair("pipe", "web"), "template.parameters.0.name"),
        (Pair("pipeline", ""), "template.parameters.0.value"),
        (Pair("pipeline", "  "), "template.parameters.0.value"),
        (Pair("pipeline", "web-{{branch}}"), "template.parameters.0.value"),
        (Pair("pipeline", "{{branch"), "template.parameters.0.value"),
        (Pair("pipeline", "branch}}"), "template.parameters.0.value"),
        (Pair("pipeline", "{{a}}{{b}}"), "template.parameters.0.value"),
        (Pair("pipeline", "{{ }}"), "template.parameters.0.value"),
        (Pair("pipeline", "."), "template.parameters.0.value"),
        (Pair("pipeline", ".."), "template.parameters.0.value"),
        (Pair("pipeline", "..;x"), "template.parameters.0.value"),
        (Pair("pipeline", "a/../b"), "template.parameters.0.value"),
        (Pair("pipeline", "web\n"), "template.parameters.0.value"),
        (Pair("pipeline", "we\u2028b"), "template.parameters.0.value"),
        (Pair("pipeline", "we\x7fb"), "template.parameters.0.value"),
        (Pair("pipeline", "{pipeline}"), "template.parameters.0.value"),
        (Pair("pipeline", "<pipeline>"), "template.parameters.0.value"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(pair, field):
    with pytest.raises(InvalidInputError) as refused:
        check_parameters([pair], TEMPLATE, "template.parameters")

    assert refused.value.field == field


def test_values_come_from_constants_and_from_the_record():
    given = [Pair("organization", "acme"), Pair("pipeline", "{{ pipeline }}"), Pair("build", "{{meta.number}}")]
    record = {"pipeline": "web", "meta": {"number": 7}, "reason": "old"}

    values, used = filled(given, record)

    assert values == {"organization": "acme", "pipeline": "web", "build": "7"}
    assert used == {"pipeline", "meta.number"}


def test_an_exact_name_wins_over_a_path():
    values, _ = filled([Pair("build", "{{a.b}}")], {"a.b": "9", "a": {"b": "1"}})

    assert values == {"build": "9"}


@pytest.mark.parametrize("record", [{}, {"build": None}, {"build": True}, {"build": 1.5}, {"build": [7]}, {"build": " "}])
def test_an_attribute_that_is_no_text_is_refused_by_name(record):
    with pytest.raises(InvalidInputError, match="`build`") as refused:
        filled([Pair("build", "{{build}}")], record)

    assert refused.value.field == "record.build"


def test_whether_calls_differ_from_record_to_record():
    assert reads_record([Pair("pipeline", "web"), Pair("build", "{{build}}")])
    assert not reads_record([Pair("pipeline", "web"), Pair("build", "7")])
