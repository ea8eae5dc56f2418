"""Destinations that between them show everything that destinations can, and hold canaries wherever their settings can have secrets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.simulation.control import Fault
from tests.end_to_end.every_field import SCHEMA, everything

Ask = Callable[[str], Awaitable[str]]
ERRORS = "errors { __typename code message path }"
CREATE = "mutation { createDestination(input: {%s}) { destination { id } ids %s } }"
RECORDS = '[{id: 1}, {id: 2}, {name: "no key"}]'


def create(settings: str) -> str:
    return CREATE % (settings, ERRORS)


def manual(url: str, canary: str) -> str:
    """Settings of a destination in manual mode, which is never switched on."""
    return (
        f'provider: "acme-buildkite", name: "m", manual: {{method: POST, url: "{url}/builds?api_key={canary}q", '
        f'headers: [{{name: "X-Api-Key", value: "{canary}h"}}]}}, queueWhilePaused: true, keyAttribute: "id", '
        f'responseWebhook: {{url: "https://hooks.example.com/hook/{canary}w"}}, '
        'batching: {size: 2, property: {name: "all", others: {dry: true}}}, excludeAttributes: ["x"]'
    )


TEMPLATE = (
    'provider: "acme-buildkite", name: "t", keyAttribute: "id", '
    'template: {name: "create-build", parameters: [{name: "organization", value: "acme"}, {name: "pipeline", value: "web-app"}]}'
)


def previews(of: str) -> str:
    shown: Any = SCHEMA.type_map["DestinationPreview"]
    return f"{{ previewDestination(input: {{of: {of}, records: {RECORDS}}}) {{ {everything(shown, 1)} }} }}"


def sends(destination: str) -> str:
    shown: Any = SCHEMA.type_map["SendRecordsPayload"]
    return f'mutation {{ sendRecords(input: {{destinationId: "{destination}", records: {RECORDS}}}) {{ {everything(shown, 0)} }} }}'


def tries(destination: str) -> str:
    shown: Any = SCHEMA.type_map["TestDestinationPayload"]
    body = '{commit: "HEAD", branch: "main", message: "tried", env: {A: "b"}}'
    return f'mutation {{ testDestination(input: {{destinationId: "{destination}", body: {body}}}) {{ {everything(shown, 0)} }} }}'


async def destination_answers(ask: Ask, simulator: Any, canary: str) -> dict[str, str]:
    """Answers by query. One destination has failed; the other one was never switched on, and waits with two records."""
    answers: dict[str, str] = {}

    async def told(query: str) -> Any:
        answers[query] = await ask(query)
        return json.loads(answers[query])["data"]

    endpoint = f"{simulator.base_url}/organizations/acme/pipelines/web-app"
    (resting,) = (await told(create(manual(endpoint, canary))))["createDestination"]["ids"]
    (failing,) = (await told(create(TEMPLATE)))["createDestination"]["ids"]
    for of in (f'{{destinationId: "{resting}"}}', f'{{destinationId: "{failing}"}}', f"{{settings: {{{TEMPLATE}}}}}"):
        assert (await told(previews(of)))["previewDestination"]["batches"]
    assert (await told(tries(resting)))["testDestination"]["calls"]
    assert (await told(sends(resting)))["sendRecords"]["refusals"]
    await told(f'mutation {{ activateDestination(input: {{destinationId: "{failing}"}}) {{ destination {{ state }} {ERRORS} }} }}')
    simulator.control.add_fault(Fault(r"/pipelines/[^/]+/builds$", method="POST", status=403, body='{"message":"Forbidden"}'))
    await told(sends(failing))
    for _ in range(200):
        state = json.loads(await ask(f'{{ node(id: "{failing}") {{ ... on Destination {{ state lastError {{ code }} }} }} }}'))
        if state["data"]["node"]["state"] == "ERROR":
            simulator.control.clear_faults()
            return answers
        await asyncio.sleep(0.02)
    raise AssertionError(state)


async def resting_destination(gateway: Any) -> None:
    """One with records that wait: no vendor is asked for it."""
    endpoint = f"{gateway.simulators['buildkite'].base_url}/organizations/acme/pipelines/x"
    settings = f'provider: "acme-buildkite", name: "m", queueWhilePaused: true, manual: {{method: POST, url: "{endpoint}"}}'
    (made,) = (await gateway.data(create(settings)))["createDestination"]["ids"]
    sent = await gateway.data(
        f'mutation {{ sendRecords(input: {{destinationId: "{made}", records: [{{}}, {{}}]}}) {{ accepted }} }}'
    )
    assert sent == {"sendRecords": {"accepted": 2}}
