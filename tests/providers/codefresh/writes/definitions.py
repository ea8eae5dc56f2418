"""Definitions of pipelines, and their addresses."""

from typing import Any
from urllib.parse import quote

import httpx


def address(name: str) -> str:
    return f"/pipelines/{quote(name, safe='')}"


def definition(name: str, **spec: object) -> dict[str, Any]:
    return {"version": "1.0", "kind": "pipeline", "metadata": {"name": name}, "spec": spec}


def created(client: httpx.Client, name: str, **spec: object) -> dict[str, Any]:
    answer = client.post("/pipelines", json=definition(name, **spec))
    assert answer.status_code == 200, answer.text
    pipeline: dict[str, Any] = answer.json()
    return pipeline
