"""Values that are sent and must not come back in what the vendor says of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import GatewayError
from gateway.providers.talend.commands.refusals import hide
from gateway.providers.talend.hidden_values import is_secret


@contextmanager
def secrets_hidden(body: JsonObject) -> Iterator[None]:
    """A refusal inside is told without the vendor's words if they repeat a secret of the body: a parameter that is called like
    one, or the address of a webhook.
    """
    try:
        yield
    except GatewayError as error:
        hide(error, _secrets_in(body))
        raise


def _secrets_in(body: JsonObject) -> Iterator[str]:
    parameters, trigger = body.get("parameters"), body.get("trigger")
    if isinstance(parameters, dict):
        yield from (value for name, value in parameters.items() if is_secret(name) and isinstance(value, str))
    webhook = trigger.get("webhook") if isinstance(trigger, dict) else None
    if isinstance(webhook, dict) and isinstance(webhook.get("url"), str):
        yield webhook["url"]
