"""What the guide to destinations says is so: its examples, its code, its payload, its numbers."""

import importlib.util
import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from graphql import GraphQLSchema

from gateway.cli.demo_environment import SIGNING_KEY
from gateway.destinations import batching, deliverer, endpoint, management, verdict
from gateway.destinations.batching import batches, grouped
from gateway.destinations.endpoint import endpoint_of
from gateway.destinations.exclusion import without
from gateway.destinations.headers import parse_headers
from gateway.destinations.intake import input as intake
from gateway.destinations.intake import reading, record, sending
from gateway.destinations.parameters import filled
from gateway.destinations.settings import MOST_QUEUED
from gateway.destinations.transforms.messages import MOST_BYTES
from gateway.destinations.transforms.transforms import GROUP, LOAD_LIMIT_S, Transforms
from gateway.destinations.webhook import address
from gateway.destinations.webhook.payload import CallReport, payload_of
from gateway.destinations.webhook.signature import SigningSecret, webhook_headers
from gateway.destinations.webhook.webhooks import WebhookOptions
from gateway.domain.call_log import MOST_RESPONSE_BYTES
from gateway.domain.commands.command import Pair
from gateway.domain.destination import (
    DEFAULT_BATCH,
    DEFAULT_FLUSH_S,
    DEFAULT_MAX_QUEUED,
    Batching,
    DestinationState,
    PropertyInObject,
)
from gateway.domain.errors import InvalidInputError
from gateway.http import records
from gateway.providers.buildkite.templates import BUILD_ALIASES, PIPELINE_ALIASES
from gateway.providers.codefresh.template_records import RUN_ALIASES as CODEFRESH_RUNS
from gateway.providers.talend.templates import PAUSE_ALIASES
from gateway.providers.talend.templates import RUN_ALIASES as TALEND_RUNS
from gateway.settings import Settings
from gateway.store.destinations.settling import MOST_FAILURES_IN_ROW
from schema.mutations.send_records import MOST_RECORDS
from schema.resolvers import preview_destination
from tests.docs.markdown import ROOT, blocks

pytestmark = pytest.mark.anyio

PAGE = ROOT / "docs" / "destinations.md"
TEXT = PAGE.read_text(encoding="utf-8")
BUILDKITE = "https://api.buildkite.com/v2"
RAW = "whsec_YSBzZWNyZXQgb2YgYnl0ZXM="


def rows_of(name: str) -> list[list[str]]:
    """The cells of the table of examples of this name, without its header."""
    table = re.search(rf"<!-- examples: {name} -->\n\n((?:\|.*\n)+)", TEXT)
    assert table is not None, name
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[1].splitlines()[2:]]


def code_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]*)`", cell)


def written(name: str, folder: Path) -> Path:
    """The block under this name, as a file."""
    (block,) = (block for block in blocks(PAGE) if block.comment == name)
    path = folder / name
    path.write_text(block.text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("value", "given", "meant"), rows_of("parameters"))
def test_parameters_stand_for_what_the_page_says(value, given, meant):
    def found():
        return filled((Pair("pipeline", code_in(value)[0]),), json.loads(code_in(given)[0]))[0]["pipeline"]

    if meant.startswith("refused"):
        with pytest.raises(InvalidInputError):
            found()
    else:
        assert found() == code_in(meant)[0]


@pytest.mark.parametrize(("url", "meant"), rows_of("addresses"))
def test_addresses_are_taken_or_refused_as_the_page_says(url, meant):
    if meant == "taken":
        found = endpoint_of(code_in(url)[0], BUILDKITE, "url")
        assert code_in(url)[0].endswith(found.path + (f"?{found.query}" if found.query else ""))
    else:
        assert meant.startswith("refused: ")
        with pytest.raises(InvalidInputError):
            endpoint_of(code_in(url)[0], BUILDKITE, "url")


@pytest.mark.parametrize(("text", "meant"), rows_of("headers"))
def test_headers_are_read_as_the_page_says(text, meant):
    if meant.startswith("refused"):
        with pytest.raises(InvalidInputError):
            parse_headers(code_in(text)[0], "headersText")
    else:
        assert [f"{each.name}: {each.value}" for each in parse_headers(code_in(text)[0], "headersText")] == code_in(meant)


@pytest.mark.parametrize(("given", "names", "left"), rows_of("exclusion"))
def test_what_is_left_of_a_record_is_what_the_page_says(given, names, left):
    assert without(json.loads(code_in(given)[0]), json.loads(code_in(names)[0])) == json.loads(code_in(left)[0])


@pytest.mark.parametrize(("settings", "bodies"), rows_of("batches"))
def test_batches_are_cut_and_grouped_as_the_page_says(settings, bodies):
    told = json.loads(code_in(settings)[0])
    found = None
    if told is not None:
        found = Batching(size=told["size"], property=PropertyInObject(**told["property"]) if "property" in told else None)
    size = 1 if found is None else found.size

    shown = [grouped(batch, found) for batch in batches([{"n": number} for number in (1, 2, 3)], size)]

    assert [json.dumps(each) for each in shown] == code_in(bodies)


def test_vendors_own_names_are_those_of_the_templates():
    table = TEXT.partition("| Vendor | Its names")[2].partition("\n\n")[0]
    pairs = re.findall(r"`(\w+)`(?: \([^)]*\))?: `([\w.]+)`", table)

    assert pairs == [
        pair for names in (BUILD_ALIASES, PIPELINE_ALIASES, CODEFRESH_RUNS, TALEND_RUNS, PAUSE_ALIASES) for pair in names.items()
    ]


async def test_the_transform_does_what_it_says_under_the_name_it_is_registered_by(tmp_path, monkeypatch):
    written("acme_transforms.py", tmp_path)
    project = tomllib.loads(written("pyproject.toml", tmp_path).read_text(encoding="utf-8"))["project"]
    monkeypatch.syspath_prepend(tmp_path)
    transforms = Transforms(5.0, project["entry-points"][GROUP])
    try:
        made = await transforms.apply(
            "by_environment", [{"environment": "prod", "n": 1}, {"n": 2}, {"environment": "prod", "n": 3}]
        )
    finally:
        await transforms.close()

    assert transforms.names() == ("by_environment",)
    assert made == {"environments": {"prod": [{"n": 1}, {"n": 3}], "none": [{"n": 2}]}}


@pytest.mark.parametrize("secret", [SIGNING_KEY, RAW])
def test_the_receiver_knows_what_is_genuine(tmp_path, secret):
    spec = importlib.util.spec_from_file_location("receiver", written("receiver.py", tmp_path))
    receiver = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(receiver)
    now = int(datetime.now(UTC).timestamp())
    headers = dict(webhook_headers(SigningSecret(secret), "msg_1", now, b'{"ok":true}'))
    old = dict(webhook_headers(SigningSecret(secret), "msg_1", now - 3600, b'{"ok":true}'))

    assert receiver.is_genuine(secret, headers, b'{"ok":true}')
    assert not receiver.is_genuine(secret, headers, b'{"ok":false}')
    assert not receiver.is_genuine("another secret", headers, b'{"ok":true}')
    assert not receiver.is_genuine(secret, headers | {"webhook-id": "msg_2"}, b'{"ok":true}')
    assert not receiver.is_genuine(secret, old, b'{"ok":true}')


def test_the_payload_is_the_one_on_the_page():
    (block,) = (block for block in blocks(PAGE, "json") if "call_id" in block.text)
    shown = json.loads(block.text)
    message = shown["error"]["message"]
    report = CallReport(
        number=42,
        sent_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        method="POST",
        url=f"{BUILDKITE}/organizations/acme/pipelines/web-app/builds",
        record_count=1,
        batch_index=41,
        status=422,
        response=json.dumps({"message": message}).encode(),
        duration_s=0.084,
        code="BAD_USER_INPUT",
        message=message,
    )

    assert list(json.loads(payload_of(shown["destination_id"], report)).items()) == list(shown.items())


def test_the_codes_of_refusals_are_all_there():
    table = TEXT.partition("| Code | The record |")[2].partition("\n\n")[0]
    told = {code for line in table.splitlines()[2:] for code in code_in(line.split("|")[1])}
    codes = {value for name, value in vars(record).items() if name == value and not name.startswith("_")}

    assert told == codes | {reading.BROKEN}


def test_the_states_are_those_of_the_schema(graphql_schema: GraphQLSchema):
    states = TEXT.partition("### States")[2].partition("\n\n|")[2].partition("\n\n")[0]
    fates = TEXT.partition("| `Delivery.status` |")[2].partition("\n\n")[0]

    assert re.findall(r"^\| `([A-Z]+)` \|", states, re.MULTILINE) == [state.name for state in DestinationState]
    assert re.findall(r"^\| `([A-Z]+)` \|", fates, re.MULTILINE) == list(graphql_schema.get_type("DeliveryStatus").values)


def test_the_limits_are_the_codes():
    own, webhooks = Settings().destinations, WebhookOptions()
    table = TEXT.partition("\n## Limits\n")[2].partition("\n## ")[0]

    for row in (
        f"| a record | {record.MOST_RECORD_BYTES // 1024} KiB of JSON, {record.MOST_DEPTH} levels deep |",
        f"| text of a key attribute | {record.LONGEST_KEY} characters |",
        f"| records of one `sendRecords` | {sending.MOST_SENT:,} |",
        f"| records of one preview | {preview_destination.MOST_RECORDS} |",
        f"| dead letters of one `resendDeliveries` | {management.MOST_RESENT:,} |",
        f"(`maxQueued`) | {DEFAULT_MAX_QUEUED:,}; from 1 to {MOST_QUEUED:,} |",
        f"(`size`) | {DEFAULT_BATCH}; from 1 to {batching.MOST_RECORDS:,} |",
        f"(`flushIntervalSeconds`) | {DEFAULT_FLUSH_S:g}; up to {batching.LONGEST_FLUSH_S:,.0f} |",
        f"| a manual endpoint's address | {endpoint.LONGEST:,} characters |",
        f"| a webhook's address | {address.LONGEST:,} characters |",
        f"(`intake`) | {intake.LONGEST_NAME} characters |",
        f"| refusals told in one HTTP answer | {intake.REFUSALS_TOLD:,} |",
        f"| silence in the middle of a body | {records.IDLE_S:g} s |",
        f"| {MOST_BYTES // 1024**2} MiB each, {own.transform_timeout_s:g} s (`transform_timeout_s`) |",
        f"| a vendor's answer, as it is shown and told | {MOST_RESPONSE_BYTES // 1024} KiB |",
        f"| attempts of a batch without a time to wait | {verdict.MOST_FAILURES} |",
        f"| calls in a row that fail before it stops | {MOST_FAILURES_IN_ROW} |",
        f"(`at_once`) | {own.at_once} |",
        f"(`keep_days`) | {own.keep_days:g} days |",
    ):
        assert row in table
    waits = [min(verdict.FIRST_WAIT_S * 2**tried, verdict.LONGEST_WAIT_S) for tried in range(verdict.MOST_FAILURES - 1)]
    lease_s = deliverer.DelivererOptions(deadline_s=1, max_calls=1).lease_s
    text = " ".join(TEXT.split())
    for words in (
        f"after 1, 2, 4, ... seconds, at most {verdict.LONGEST_WAIT_S:g}, a fifth more or less; `FAILED` after "
        f"{verdict.MOST_FAILURES} attempts, some {'nine' if round(sum(waits) / 60) in (8, 9) else '?'} minutes",
        f"which holds a lease of {lease_s:g} seconds",
        f"Any 2xx within {webhooks.timeout_s:g} seconds is taken",
        "tried again after {:g} second and after {:g};".format(*webhooks.pauses_s),
        f"at most {webhooks.most_waiting:,} of a process",
        f"Importing it may take {LOAD_LIMIT_S:g} seconds",
        f"with the secret `{SIGNING_KEY}`",
    ):
        assert words in text
    assert sending.MOST_SENT == MOST_RECORDS
