"""Values that are sent and must not come back in what the vendor says of them."""

from gateway.domain.commands.command import JsonObject
from gateway.providers.talend.hidden_values import is_secret


def secrets_in(body: JsonObject) -> tuple[str, ...]:
    """Those of a task or a run configuration: parameters that are called like one, and the address of a webhook."""
    parameters, trigger = body.get("parameters"), body.get("trigger")
    found: list[object] = []
    if isinstance(parameters, dict):
        found += (value for name, value in parameters.items() if is_secret(name))
    webhook = trigger.get("webhook") if isinstance(trigger, dict) else None
    if isinstance(webhook, dict):
        found.append(webhook.get("url"))
    return tuple(each for each in found if isinstance(each, str))
