"""JSON documents as the simulator holds them, and the envelopes they are sent in."""

from collections.abc import Iterable
from typing import TypeAlias

from gateway.simulation.messages import Response, json_response

Document: TypeAlias = dict[str, object]
"""A member that the vendor leaves out is absent; None would be sent as null."""


def data_response(value: Document | list[Document], status: int = 200) -> Response:
    """`{"data": ...}`"""
    return json_response({"data": value}, status)


def page_response(rows: Iterable[Document], pagination: Document | None) -> Response:
    """`{"data": [...], "pagination": {...}}`"""
    body: Document = {"data": list(rows)}
    if pagination is not None:
        body["pagination"] = pagination
    return json_response(body)


def member(document: Document, path: str, *, dotted: bool) -> object:
    """The value at `created_by.identifier`, None when it is not there."""
    if not dotted:
        return document.get(path)
    value: object = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
