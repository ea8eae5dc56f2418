"""Settings of destinations: refused, a draft, or complete."""

import pytest

from gateway.destinations.settings import changed_settings, checked, is_destructive
from gateway.domain.commands.command import Pair
from gateway.domain.destination import (
    Batching,
    CallMethod,
    DestinationSettings,
    ManualEndpoint,
    PropertyInObject,
    ResponseWebhook,
    TemplateUse,
)
from gateway.domain.errors import InvalidInputError
from tests.destinations.vendor import BASE_URL, Vendor, policy
from tests.operations.conftest import provider_of

VENDOR = Vendor()
RUN = TemplateUse(name="run-pipeline", parameters=(Pair("pipeline", "web"),))
DELETE = TemplateUse(name="delete-pipeline", parameters=(Pair("pipeline", "{{pipeline}}"),))
RESTART = TemplateUse(name="restart", parameters=(Pair("pipeline", "web"),))
BUILDS = ManualEndpoint(method=CallMethod.POST, url=f"{BASE_URL}/pipelines/web/builds")


def check(**settings):
    return checked(DestinationSettings(**settings), VENDOR.provider, policy("wrap"))


@pytest.mark.parametrize("settings", [{"template": RUN}, {"manual": BUILDS}, {"template": DELETE, "confirm_destructive": True}])
def test_what_is_complete(settings):
    found = check(**settings)

    assert (found.problems, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "`template` and `manual`"),
        ({"template": TemplateUse(name="run-pipeline")}, "`pipeline` is missing"),
        ({"template": DELETE}, "`confirmDestructive`"),
        ({"manual": ManualEndpoint(method=CallMethod.DELETE, url=f"{BASE_URL}/pipelines/web")}, "`confirmDestructive`"),
        ({"template": RESTART}, "`keyAttribute`"),
    ],
)
def test_what_is_missing_makes_a_draft(settings, words):
    [problem] = check(**settings).problems

    assert words in problem


def test_a_call_that_is_always_the_same_needs_a_key():
    assert check(template=RESTART, key_attribute="ticket").problems == ()


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"template": RUN, "manual": BUILDS}, "manual"),
        ({"template": TemplateUse(name="fly")}, "template.name"),
        ({"template": RUN, "batching": Batching()}, "batching"),
        ({"manual": BUILDS, "batching": Batching(property=PropertyInObject(name=""))}, "batching.property.name"),
        ({"manual": BUILDS, "batching": Batching(transform="nope")}, "batching.transform"),
        ({"manual": ManualEndpoint(method=CallMethod.POST, url="https://elsewhere.example/v2")}, "manual.url"),
        ({"manual": ManualEndpoint(method=CallMethod.POST, url=BUILDS.url, headers_text="X-A")}, "manual.headersText"),
        (
            {"manual": ManualEndpoint(method=CallMethod.POST, url=BUILDS.url, headers=(Pair("Authorization", "x"),))},
            "manual.headers",
        ),
        (
            {"manual": ManualEndpoint(method=CallMethod.POST, url=BUILDS.url, headers=(Pair("X-A", "1"),), headers_text="X-B:2")},
            "manual.headers_text",
        ),
        ({"manual": BUILDS, "response_webhook": ResponseWebhook(url="http://hooks.example")}, "response_webhook.url"),
        ({"manual": BUILDS, "max_queued": 0}, "max_queued"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(settings, field):
    with pytest.raises(InvalidInputError) as refused:
        check(**settings)

    assert refused.value.field == field


def test_headers_written_as_text_are_kept_as_pairs():
    endpoint = ManualEndpoint(method=CallMethod.PUT, url=BUILDS.url, headers_text="X-Team:core,X-Env:prod")

    saved = check(manual=endpoint).settings.manual

    assert saved is not None
    assert (saved.headers, saved.headers_text) == ((Pair("X-Team", "core"), Pair("X-Env", "prod")), None)


def test_batching_at_an_address_for_single_objects_is_warned_of():
    [warning] = check(manual=BUILDS, batching=Batching()).warnings

    assert "no address of acme is known to take several objects" in warning


def test_a_provider_without_an_address_takes_templates_only():
    with pytest.raises(InvalidInputError, match="Use a template"):
        checked(DestinationSettings(manual=BUILDS), provider_of({}), policy())


def test_which_settings_destroy():
    deleting = ManualEndpoint(method=CallMethod.DELETE, url=BUILDS.url)

    assert is_destructive(DestinationSettings(template=DELETE), VENDOR.provider)
    assert is_destructive(DestinationSettings(manual=deleting), VENDOR.provider)
    assert not is_destructive(DestinationSettings(template=RUN), VENDOR.provider)
    assert not is_destructive(DestinationSettings(manual=BUILDS), VENDOR.provider)


def test_another_template_takes_the_place_of_an_endpoint_and_of_its_confirmation():
    before = DestinationSettings(manual=BUILDS, confirm_destructive=True, key_attribute="id")

    after = changed_settings(before, {"template": DELETE})

    assert (after.manual, after.template, after.confirm_destructive, after.key_attribute) == (None, DELETE, False, "id")


def test_what_is_not_touched_stays():
    before = DestinationSettings(template=DELETE, confirm_destructive=True, max_queued=5)

    after = changed_settings(before, {"max_queued": 7})

    assert (after.template, after.confirm_destructive, after.max_queued) == (DELETE, True, 7)
