"""The tables of the vendor's words, and what is made of rows that lack most of their keys."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from gateway.domain.build import Build
from gateway.domain.run import Actor, RunFailure, RunStatus, RunTrigger, TriggerKind
from gateway.domain.trigger import TriggerType
from gateway.providers.codefresh import mapping, trigger_mapping, wire
from gateway.providers.codefresh.keys import Origin

ORIGIN = Origin("shop-codefresh", "https://g.codefresh.io")
PIPELINE = "65f1c4419b1d4e0012ab34ff"
CREATED = "2024-05-17T12:04:09.310Z"


def build(**row: Any) -> Build:
    body = msgspec.json.encode({"id": "664747b95e7f20a1b3c4d5e6", "created": CREATED} | row)
    return mapping.to_build(msgspec.json.decode(body, type=wire.Build), ORIGIN)


def pipeline(spec: dict[str, Any]) -> wire.Pipeline:
    body = {"metadata": {"id": PIPELINE, "name": "shop/deploy"}, "spec": spec}
    return msgspec.json.decode(msgspec.json.encode(body), type=wire.Pipeline)


@pytest.mark.parametrize(
    ("native", "status"),
    [
        ("pending", RunStatus.QUEUED),
        ("elected", RunStatus.QUEUED),
        ("delayed", RunStatus.QUEUED),
        ("running", RunStatus.RUNNING),
        ("terminating", RunStatus.RUNNING),
        ("pending-approval", RunStatus.BLOCKED),
        ("success", RunStatus.SUCCEEDED),
        ("error", RunStatus.FAILED),
        ("denied", RunStatus.FAILED),
        ("terminated", RunStatus.CANCELED),
    ],
)
def test_every_build_status_is_mapped_in_any_case_and_kept(native: str, status: RunStatus) -> None:
    assert build(status=native).status is status
    assert build(status=native.upper()).status is status
    assert build(status=native).native_status == native


def test_builds_know_no_other_words() -> None:
    assert build(status="failure").status is RunStatus.UNKNOWN
    assert build(status="Skipped").native_status == "Skipped"
    assert build().status is RunStatus.UNKNOWN
    assert build().native_status is None


@pytest.mark.parametrize(
    ("native", "status"),
    [
        ("success", RunStatus.SUCCEEDED),
        ("approved", RunStatus.SUCCEEDED),
        ("failure", RunStatus.FAILED),
        ("error", RunStatus.FAILED),
        ("denied", RunStatus.FAILED),
        ("running", RunStatus.RUNNING),
        ("pending", RunStatus.QUEUED),
        ("skipped", RunStatus.SKIPPED),
        ("terminated", RunStatus.CANCELED),
        ("pending-approval", RunStatus.BLOCKED),
        ("elected", RunStatus.UNKNOWN),
        (None, RunStatus.UNKNOWN),
    ],
)
def test_steps_have_words_of_their_own(native: str | None, status: RunStatus) -> None:
    assert mapping.step_status(native) is status


def test_status_filters_name_every_word_of_a_state() -> None:
    assert mapping.native_statuses([RunStatus.FAILED, RunStatus.QUEUED]) == ["pending", "elected", "delayed", "error", "denied"]
    assert mapping.native_statuses([RunStatus.SKIPPED, RunStatus.UNKNOWN]) == []


def test_terminating_runs_and_its_end_was_asked_for() -> None:
    assert build(status="terminating").cancel_requested
    assert not build(status="terminated").cancel_requested


def test_a_build_with_nothing_but_an_id_and_a_time_is_a_build() -> None:
    bare = build()

    assert bare.created_at == datetime(2024, 5, 17, 12, 4, 9, 310_000, UTC)
    assert bare.pipeline is None
    assert bare.key.parts == ("664747b95e7f20a1b3c4d5e6", "")
    assert (bare.repository, bare.branch, bare.commit, bare.message, bare.actor, bare.author) == (None,) * 6
    assert bare.trigger == RunTrigger(TriggerKind.UNKNOWN)
    assert bare.url == "https://g.codefresh.io/build/664747b95e7f20a1b3c4d5e6"


def test_times_with_another_zone_become_utc() -> None:
    assert build(created="2024-05-17T14:04:09.310+02:00") == build()


@pytest.mark.parametrize(
    ("row", "trigger"),
    [
        ({"webhookTriggered": True, "trigger": "build"}, RunTrigger(TriggerKind.WEBHOOK, "build")),
        ({"webhookTriggered": False, "trigger": "build", "triggeredBy": "jo"}, RunTrigger(TriggerKind.UNKNOWN, "build")),
        ({"triggerType": "cron", "pipelineTriggerName": "nightly"}, RunTrigger(TriggerKind.SCHEDULE, "cron", "nightly")),
        ({"triggerType": "Manual", "trigger": "build"}, RunTrigger(TriggerKind.MANUAL, "Manual")),
        ({"triggerType": "api"}, RunTrigger(TriggerKind.API, "api")),
        ({"triggerType": "eclipse"}, RunTrigger(TriggerKind.UNKNOWN, "eclipse")),
        ({"trigger": "launch-image"}, RunTrigger(TriggerKind.UNKNOWN, "launch-image")),
    ],
)
def test_what_started_a_build_is_told_as_far_as_the_data_tells(row: dict[str, Any], trigger: RunTrigger) -> None:
    assert build(**row).trigger == trigger


@pytest.mark.parametrize(
    ("told", "actor"),
    [
        ("jo", Actor(username="jo")),
        ("", None),
        ({"userName": "jo", "name": "Jo", "email": "jo@acme.example", "type": "user"}, Actor("Jo", "jo", "jo@acme.example")),
        ({"type": "system"}, None),
        (None, None),
    ],
)
def test_who_started_a_build_comes_as_text_or_object(told: object, actor: Actor | None) -> None:
    assert build(triggeredBy=told).actor == actor


def test_an_end_with_a_known_reason_says_it() -> None:
    stopped = build(status="terminated", terminationRequest=[{"cause": "user", "message": "Stopped by jo"}])
    broken = build(status="error", systemEvents=[{"kind": "oom", "message": "Out of memory", "retriable": True}])

    assert stopped.failure == RunFailure("Stopped by jo", "user")
    assert broken.failure == RunFailure("Out of memory", "oom", True)
    assert build(status="denied").failure == RunFailure("An approval was denied.", "denied")
    assert build(status="error").failure is None
    assert build(status="success", systemEvents=[{"message": "Slow disk"}]).failure is None


def test_waiting_for_a_licence_is_a_warning() -> None:
    assert build(status="pending", pendingLicense=True).warning is not None
    assert build(status="running", pendingLicense=True).warning is None


def test_a_pipeline_has_the_repository_that_all_its_git_triggers_name() -> None:
    one = pipeline({"triggers": [{"repo": "acme/shop", "provider": "github"}, {"repo": "acme/shop", "provider": "github"}]})
    two = pipeline({"triggers": [{"repo": "acme/shop"}, {"repo": "acme/web"}]})

    repository = mapping.to_pipeline(one, ORIGIN).repository
    assert repository is not None
    assert (repository.url, repository.provider) == ("acme/shop", "github")
    assert mapping.to_pipeline(two, ORIGIN).repository is None
    assert mapping.to_pipeline(pipeline({}), ORIGIN).repository is None


def test_yaml_in_git_is_told_by_its_place() -> None:
    template = {"location": "git", "repo": "acme/shop", "path": "./codefresh.yml", "revision": "main"}

    definition = mapping.to_pipeline(pipeline({"specTemplate": template}), ORIGIN).definition

    assert definition is not None
    assert definition.location == "git: acme/shop/codefresh.yml@main"
    assert definition.yaml is None


def test_the_container_of_the_first_step_is_no_step() -> None:
    revision = {"context": {"stepsMetadata": {"Initializing": {"containerId": "3c7be21f"}, "Initializing Process": {}, "x": {}}}}
    revisions = msgspec.convert([revision], list[wire.Revision])

    jobs = mapping.to_jobs(revisions, ORIGIN.build("664747b95e7f20a1b3c4d5e6", None), ORIGIN)

    assert [job.name for job in jobs] == ["Initializing Process", "x"]
    assert {job.status for job in jobs} == {RunStatus.UNKNOWN}
    assert mapping.to_jobs([], ORIGIN.build("664747b95e7f20a1b3c4d5e6", None), ORIGIN) == []


@pytest.mark.parametrize(
    ("event", "kind", "native", "told"),
    [
        ("registry:dockerhub:acme:shop:push:1a2b", TriggerType.REGISTRY, "registry:dockerhub", ("acme/shop", ("push",), None, None)),
        ("helm:jfrog:charts:shop:push:1a2b", TriggerType.HELM, "helm:jfrog", ("charts/shop", ("push",), None, None)),
        ("cron:codefresh:0 */20 * * * *:every: 20:1a2b", TriggerType.CRON, "cron:codefresh", (None, (), "0 */20 * * * *", "every: 20")),
        ("moon:full:x:1a2b", TriggerType.UNKNOWN, "moon:full", (None, (), None, None)),
        ("odd", TriggerType.UNKNOWN, "odd", (None, (), None, None)),
    ],
)  # fmt: skip
def test_an_event_says_in_its_address_what_it_is(
    event: str, kind: TriggerType, native: str, told: tuple[str | None, tuple[str, ...], str | None, str | None]
) -> None:
    (trigger,) = trigger_mapping.to_event_triggers([wire.EventLink(event, PIPELINE)], (), ORIGIN)

    assert (trigger.type, trigger.native_type, trigger.event_uri) == (kind, native, event)
    assert (trigger.repository, trigger.events, trigger.cron_expression, trigger.message) == told
    assert trigger.key.parts == (PIPELINE, "event", event)


def test_a_cron_trigger_that_both_sides_know_is_one_trigger() -> None:
    uri = "cron:codefresh:@weekly:report:1a2b"
    own = trigger_mapping.to_own_triggers(pipeline({"cronTriggers": [{"id": "c1", "event": uri}]}), ORIGIN)

    assert [trigger.type for trigger in own] == [TriggerType.CRON]
    assert trigger_mapping.to_event_triggers([wire.EventLink(uri, PIPELINE)], own, ORIGIN) == []


def test_triggers_without_ids_are_told_apart() -> None:
    own = trigger_mapping.to_own_triggers(pipeline({"triggers": [{"name": "push"}, {}, {"type": "gerrit"}]}), ORIGIN)

    assert [trigger.external_id for trigger in own] == ["push", "1", "2"]
    assert [trigger.type for trigger in own] == [TriggerType.GIT, TriggerType.GIT, TriggerType.UNKNOWN]
