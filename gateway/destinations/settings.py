"""Settings of destinations, checked: what cannot be meant is refused, what is only missing makes a draft."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from gateway.destinations.batching import check_batching
from gateway.destinations.endpoint import endpoint_of
from gateway.destinations.headers import check_headers, parse_headers
from gateway.destinations.parameters import check_parameters, reads_record
from gateway.domain.destination import CallMethod, DestinationSettings, ManualEndpoint, TemplateUse
from gateway.domain.errors import ConflictError, InvalidInputError
from gateway.domain.provider import Provider
from gateway.domain.template import Template

MOST_QUEUED = 100_000_000


class DestinationUnusableError(ConflictError):
    """What the destination's settings speak of is not there, in this process at least: no record is at fault."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator allows. `check_webhook` raises InvalidInputError for an address (and the field that it stands in) that must
    not be called.
    """

    transforms: Callable[[], Sequence[str]]
    check_webhook: Callable[[str, str], None]
    max_queued: int = MOST_QUEUED


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Settings as they are saved. `problems` tell what they lack before they can be activated, `warnings` what may not be meant."""

    settings: DestinationSettings
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def checked(settings: DestinationSettings, provider: Provider, policy: Policy) -> Checked:
    """InvalidInputError, naming the field, for what cannot be meant."""
    if settings.template is not None and settings.manual is not None:
        raise InvalidInputError("Only one of `template` and `manual` can be given.", field="manual")
    if not 1 <= settings.max_queued <= policy.max_queued:
        raise InvalidInputError(f"`maxQueued` must be 1 to {policy.max_queued}.", field="max_queued")
    if settings.response_webhook is not None:
        try:
            policy.check_webhook(settings.response_webhook.url, "responseWebhook.url")
        except InvalidInputError as error:
            error.field = "response_webhook.url"  # which the path of the error is made of
            raise
    if settings.batching is not None:
        check_batching(settings.batching, "batching", policy.transforms())
    if settings.template is not None:
        return _with_template(settings, settings.template, provider)
    if settings.manual is not None:
        return _with_endpoint(settings, settings.manual, provider)
    return Checked(settings=settings, problems=("One of `template` and `manual` is needed.",))


def is_destructive(settings: DestinationSettings, provider: Provider | None) -> bool:
    """Whether its calls destroy, so that its settings must confirm them."""
    if settings.manual is not None:
        return settings.manual.method is CallMethod.DELETE
    template = None if settings.template is None or provider is None else provider.templates.get(settings.template.name)
    return template is not None and template.destroys


def template_of(use: TemplateUse, provider: Provider) -> Template:
    """InvalidInputError when the provider has it not."""
    template = provider.templates.get(use.name)
    if template is None:
        known = ", ".join(provider.templates) or "none"
        message = f"`template.name`: {provider.name} has no template {use.name!r}. It has: {known}."
        raise InvalidInputError(message, field="template.name")
    return template


def _with_template(settings: DestinationSettings, use: TemplateUse, provider: Provider) -> Checked:
    template = template_of(use, provider)
    if settings.batching is not None:
        message = "`batching` is for manual endpoints: a template's call is for one record."
        raise InvalidInputError(message, field="batching")
    problems = list(check_parameters(use.parameters, template, "template.parameters"))
    problems += _unconfirmed(settings, template.destroys)
    if not template.takes_record and not reads_record(use.parameters) and settings.key_attribute is None:
        problems.append(
            "Every record would make the same call: read a parameter from the record, or give `keyAttribute`, of which each value "
            "counts once."
        )
    return Checked(settings=settings, problems=tuple(problems))


def _with_endpoint(settings: DestinationSettings, endpoint: ManualEndpoint, provider: Provider) -> Checked:
    if provider.calls is None:
        raise InvalidInputError(f"`manual`: {provider.name} has no address that could be called. Use a template.", field="manual")
    endpoint_of(endpoint.url, provider.calls.base_url, "manual.url")
    if endpoint.headers_text is not None:
        if endpoint.headers:
            raise InvalidInputError(
                "Only one of `manual.headers` and `manual.headersText` can be given.", field="manual.headers_text"
            )
        headers = parse_headers(endpoint.headers_text, "manual.headersText")
    else:
        headers = check_headers(endpoint.headers, "manual.headers")
    saved = msgspec.structs.replace(endpoint, headers=headers, headers_text=None)
    warnings = []
    if settings.batching is not None:
        warnings.append(
            f"Batching is on, and no address of {provider.name} is known to take several objects in one call: it may refuse them, "
            "or make one object of all."
        )
    return Checked(
        settings=msgspec.structs.replace(settings, manual=saved),
        problems=tuple(_unconfirmed(settings, endpoint.method is CallMethod.DELETE)),
        warnings=tuple(warnings),
    )


def _unconfirmed(settings: DestinationSettings, destroys: bool) -> list[str]:
    if not destroys or settings.confirm_destructive:
        return []
    return ["What this destination does cannot be undone: `confirmDestructive` must be true."]


def changed_settings(settings: DestinationSettings, changes: Mapping[str, object]) -> DestinationSettings:
    """With `changes` by field, UNSET ones left out. A new template or endpoint takes the place of what was there, whichever it was,
    and what was confirmed of that counts no longer.
    """
    given = dict(changes)
    if "template" in given or "manual" in given:
        given = {"template": None, "manual": None, "confirm_destructive": False} | given
    return msgspec.structs.replace(settings, **given)
