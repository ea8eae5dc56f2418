"""The trigger manager's types, events and links between events and pipelines."""

import hashlib
from dataclasses import dataclass
from random import Random

from gateway.providers.codefresh.simulator.canary import secret
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.data.triggers import ACCOUNT_HASH
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.pipeline import Pipelines

PUBLIC_ACCOUNT = "0" * 12
PUBLIC_HASH = hashlib.sha1(PUBLIC_ACCOUNT.encode(), usedforsecurity=False).hexdigest()[:12]

_LETTERS = "[a-z0-9_-]+"
_NESTED = {"azure": "[/a-z0-9_-]+"}  # the chart lets images of this registry lie in folders
_REGISTRIES = ("dockerhub", "quay", "jfrog", "azure")

# (event without the account, public, numbers of the linked pipelines, filters)
_EVENTS: tuple[tuple[str, bool, tuple[int, ...], dict[str, str]], ...] = (
    ("registry:dockerhub:acme:shop:push", False, (0, 3, 9), {"tag": "^v.*$"}),
    ("registry:quay:acme:payments:push", False, (7,), {}),
    ("registry:jfrog:acme:web:push", False, (30,), {"tag": "^main$"}),
    ("registry:azure:acme:base:push", False, (), {}),
    ("helm:jfrog:charts:shop:push", False, (0, 1), {}),
    ("helm:jfrog:charts:payments:push", False, (7,), {}),
    ("cron:codefresh:0 */20 * * * *:every twenty minutes", False, (46,), {}),
    ("cron:codefresh:@weekly:weekly report", False, (47,), {}),
    ("cron:codefresh:@daily:morning", True, (48,), {}),
)


@dataclass(slots=True)
class Hermes:
    """`links` are in the order they were made; an event has a hash of its account at its end."""

    types: list[Document]
    events: dict[str, Document]
    links: list[Document]


def generate_hermes(pipelines: Pipelines, random: Random) -> Hermes:
    events: dict[str, Document] = {}
    links: list[Document] = []
    for start, public, numbers, filters in _EVENTS:
        event = make_event(start, secret(f"hermes-{random.getrandbits(48):012x}"), public=public)
        uri = str(event["uri"])
        events[uri] = event
        for number in numbers:
            link: Document = {"event": uri, "pipeline": pipelines.all[number].id}
            links.append(link | {"filters": dict(filters)} if filters else link)
    return Hermes(types=_types(), events=events, links=links)


def make_event(start: str, hidden: str, *, public: bool) -> Document:
    """`start` is the address without the account's hash, `hidden` the secret that callers of the endpoint must know."""
    account, suffix = (PUBLIC_ACCOUNT, PUBLIC_HASH) if public else (ACCOUNT_ID, ACCOUNT_HASH)
    kind_type, kind, *rest = start.split(":")
    event: Document = {"uri": f"{start}:{suffix}", "type": kind_type, "kind": kind, "account": account}
    event["secret"] = hidden
    if kind_type != "cron":
        event["endpoint"] = f"https://g.codefresh.io/nomios/{kind}?account={suffix}&secret={hidden}"
    return event | {"description": f"{kind} {'/'.join(rest[:2])}", "status": "active"}


def _types() -> list[Document]:
    registries = [_type("registry", kind, ("namespace", "name"), filters=True) for kind in _REGISTRIES]
    helm = _type("helm", "jfrog", ("repository", "chart name"), filters=False)
    return [*registries, helm, _cron_type()]


def _type(kind_type: str, kind: str, names: tuple[str, str], *, filters: bool) -> Document:
    places = ":".join("{{" + name + "}}" for name in (*names, "action"))
    image = _NESTED.get(kind, _LETTERS)
    config: list[Document] = [
        {"name": name, "type": "string", "validator": f"^{letters}$", "required": True}
        for name, letters in zip(names, (_LETTERS, image), strict=True)
    ]
    config.append({"name": "action", "type": "list", "options": {"Push": "push"}, "validator": "^(push)$", "required": True})
    document: Document = {
        "type": kind_type,
        "kind": kind,
        "service-url": "http://nomios",
        "uri-template": f"{kind_type}:{kind}:{places}",
        "uri-regex": f"^{kind_type}:{kind}:{_LETTERS}:{image}:push$",
        "config": config,
    }
    if filters:
        document["filters"] = [{"name": "tag", "type": "string", "validator": "^.+$"}]
    return document


def _cron_type() -> Document:
    return {
        "type": "cron",
        "kind": "codefresh",
        "service-url": "http://cronus",
        "uri-template": "cron:codefresh:{{expression}}:{{message}}",
        "uri-regex": "^cron:codefresh:.+:.{2,128}$",
        "config": [
            {"name": "expression", "type": "cron", "validator": "^.+$", "required": True},
            {"name": "message", "type": "string", "validator": "^.{2,128}$", "required": True},
        ],
        "filters": [],
    }
