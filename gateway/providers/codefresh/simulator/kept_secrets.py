"""Masked secrets that come back in a saved document."""

from gateway.providers.codefresh.simulator.bodies import as_objects
from gateway.providers.codefresh.simulator.canary import CANARY, MASK
from gateway.providers.codefresh.simulator.documents import Document


def is_mask(value: object) -> bool:
    """The five stars, or what this simulator sends in their place."""
    return isinstance(value, str) and (value == MASK or value.startswith(MASK + CANARY))


def keep_variables(sent: Document, old: Document) -> Document:
    """`sent` with the values that its encrypted, masked `variables` had in `old`, where they go by their keys.

    Stars for a variable that was not there, or was not encrypted, become its value.
    """
    if "variables" not in sent:
        return sent
    before = {variable["key"]: variable["value"] for variable in as_objects(old.get("variables")) if _hides(variable)}
    kept = [
        variable | {"value": before[variable["key"]]}
        if _hides(variable) and is_mask(variable["value"]) and variable["key"] in before
        else variable
        for variable in as_objects(sent["variables"])
    ]
    return sent | {"variables": kept}


def keep_texts(sent: object, old: object) -> object:
    """Masked texts of any depth as they were at the same place of `old`."""
    if isinstance(sent, dict):
        before = old if isinstance(old, dict) else {}
        return {key: keep_texts(value, before.get(key)) for key, value in sent.items()}
    return old if is_mask(sent) and isinstance(old, str) else sent


def _hides(variable: Document) -> bool:
    return variable.get("encrypted") is True
