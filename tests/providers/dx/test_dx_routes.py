"""The HTTP side of taking reports in: who may send, what is answered, and when."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from gateway.domain.errors import InternalError, InvalidInputError
from gateway.domain.ledger import LedgerStore
from gateway.domain.provider import Provider
from gateway.http import pipeline_runs
from gateway.http.pipeline_runs import PATHS, pipeline_run_routes
from gateway.store import Store
from tests.providers.dx.failing_ledger import FailingLedger
from tests.providers.dx.opened import ALL, KEYS, SYNC, builds_of, client_of, ingest_of, open_provider, settings_of

pytestmark = pytest.mark.anyio

FIELDS: dict[str, Any] = {"pipeline_name": "web", "pipeline_source": "Jenkins", "reference_id": "run-1", "started_at": 100}


async def held(provider: Provider, reference_id: str = "run-1") -> bool:
    (found,) = await builds_of(provider).find_builds_by_external_id([reference_id], ALL)
    return not isinstance(found, Exception)


@pytest.mark.parametrize("path", PATHS)
async def test_both_names_take_a_report_and_answer_nothing_but_ok(provider: Provider, path: str) -> None:
    async with client_of(provider) as client:
        answer = await client.post(path, json=FIELDS)

    assert (answer.status_code, answer.content) == (200, b'{"ok":true}')
    assert answer.headers["content-type"].startswith("application/json")
    assert await held(provider)


async def test_a_form_may_hold_letters_as_they_are_beside_encoded_ones(provider: Provider) -> None:
    body = "pipeline_name=café&pipeline_source=Jenkins&reference_id=raw&started_at=1767225600&head_branch=a%2Fb"
    async with client_of(provider) as client:
        answer = await client.post(SYNC, content=body.encode(), headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.json() == {"ok": True}
    assert await held(provider, "raw")


async def test_forms_and_query_strings(provider: Provider) -> None:
    async with client_of(provider) as client:
        form = await client.post(SYNC, data=FIELDS | {"reference_id": "form"})
        query = await client.post(SYNC, params=FIELDS | {"reference_id": "query"})

    assert form.json() == query.json() == {"ok": True}
    assert await held(provider, "form")
    assert await held(provider, "query")


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (None, "not_authed"),
        ("", "not_authed"),
        ("Bearer", "not_authed"),
        ("Bearer  ", "not_authed"),
        ("Basic a2V5", "not_authed"),
        (KEYS["jenkins"], "not_authed"),
        ("Bearer nobody-s-key", "invalid_auth"),
        (f"Bearer {KEYS['jenkins']}x", "invalid_auth"),
        (f"Bearer {KEYS['jenkins'][:-1]}", "invalid_auth"),
        (f"Bearer {KEYS['jenkins']} {KEYS['jenkins']}", "invalid_auth"),
        (f"Bearer {KEYS['old']}", "invalid_auth"),
        (f"Bearer {KEYS['away']}", "account_inactive"),
    ],
)
async def test_keys_that_may_not_send(provider: Provider, header: str | None, error: str) -> None:
    headers = {} if header is None else {"authorization": header}
    async with client_of(provider, key=None) as client:
        answer = await client.post(SYNC, json=FIELDS, headers=headers)

    assert answer.status_code == 422
    assert {name: answer.json()[name] for name in ("ok", "error")} == {"ok": False, "error": error}
    assert not await held(provider)
    assert not any(secret in answer.text for secret in KEYS.values())


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
async def test_the_schemes_case_does_not_matter(provider: Provider, scheme: str) -> None:
    async with client_of(provider, key=None) as client:
        answer = await client.post(SYNC, json=FIELDS, headers={"authorization": f"{scheme} {KEYS['jenkins']}"})

    assert answer.json() == {"ok": True}


async def test_the_key_is_looked_at_before_anything_else(provider: Provider) -> None:
    async with client_of(provider, key="nobody-s-key") as client:
        answer = await client.post(SYNC, content=b"{" * 100_000)

    assert answer.json()["error"] == "invalid_auth"


async def test_the_key_decides_the_account(ledger: LedgerStore) -> None:
    one = open_provider(ledger, settings_of("one", {"a": "key-of-one"}))
    two = open_provider(ledger, settings_of("two", {"b": "key-of-two"}))
    async with client_of(one, two, key="key-of-two") as client:
        answer = await client.post(SYNC, json=FIELDS)

    assert answer.json() == {"ok": True}
    assert not await held(one)
    assert await held(two)


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"reference_id": ""}, "required_params_missing", "`reference_id` is missing."),
        ({"pr_number": 5}, "required_params_missing", "`repository` is missing: `pr_number` means nothing without it."),
        ({"started_at": 1702193699000}, "invalid_arguments", "`started_at` must be in seconds, not milliseconds."),
        ({"status": "odd"}, "invalid_arguments", "`status` must be one of running, success, cancelled, failure."),
    ],
)
async def test_what_is_wrong_is_said_by_code_and_in_words(
    provider: Provider, fields: dict[str, Any], error: str, said: str
) -> None:
    async with client_of(provider) as client:
        answer = await client.post(SYNC, json=FIELDS | fields)

    assert answer.status_code == 422
    assert answer.json() == {"ok": False, "error": error, "message": said}
    assert not await held(provider)


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_that_is_too_large_is_refused_in_the_same_form(provider: Provider, declared: bool) -> None:
    async def body() -> Any:
        for _ in range(70):
            yield b" " * 1000

    content = b" " * 70_000 if declared else body()
    async with client_of(provider) as client:
        answer = await client.post(SYNC, content=content)

    assert (answer.status_code, answer.json()["error"]) == (413, "invalid_arguments")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_only_post_is_served(provider: Provider, method: str) -> None:
    async with client_of(provider) as client:
        assert (await client.request(method, SYNC, params=FIELDS)).status_code == 405
    assert not await held(provider)


async def test_without_such_a_provider_nothing_is_served(provider: Provider) -> None:
    without = msgspec.structs.replace(provider, ingest=None)

    assert pipeline_run_routes([without]) == []
    assert len(pipeline_run_routes([without, provider])) == len(PATHS)


async def test_ok_is_said_after_the_report_is_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite"
    async with Store(path) as store:
        async with client_of(open_provider(store.ledger)) as client:
            assert (await client.post(SYNC, json=FIELDS)).json() == {"ok": True}
        # Another process sees it, although this one has not closed anything.
        async with Store(path) as other:
            assert await held(open_provider(other.ledger))


async def test_a_store_that_does_not_answer_is_never_an_ok(ledger: LedgerStore) -> None:
    failing = FailingLedger(ledger)
    provider = open_provider(failing)
    async with client_of(provider) as client:
        failing.break_down()
        refused = await client.post(SYNC, json=FIELDS)
        failing.error = None
        again = await client.post(SYNC, json=FIELDS)

    assert (refused.status_code, refused.json()["ok"], refused.headers["retry-after"]) == (503, False, "5")
    assert refused.json()["error"] == "service_unavailable"
    assert again.json() == {"ok": True}


async def test_what_the_store_refuses_is_the_senders_error(ledger: LedgerStore) -> None:
    failing = FailingLedger(ledger)
    failing.error = InvalidInputError("`reference_id` cannot be stored.", field="reference_id")
    async with client_of(open_provider(failing)) as client:
        answer = await client.post(SYNC, json=FIELDS)

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_arguments")


async def test_a_fault_of_the_gateway_is_not_dressed_up(ledger: LedgerStore) -> None:
    failing = FailingLedger(ledger)
    failing.error = InternalError("A bug.")
    transport = httpx.ASGITransport(Starlette(routes=pipeline_run_routes([open_provider(failing)])), raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {KEYS['jenkins']}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers) as client:
        assert (await client.post(SYNC, json=FIELDS)).status_code == 500


async def test_many_senders_at_once_are_all_kept(provider: Provider) -> None:
    async with client_of(provider) as client:
        answers = await asyncio.gather(
            *(client.post(SYNC, json=FIELDS | {"reference_id": f"run-{number}"}) for number in range(100))
        )
    found = await builds_of(provider).find_builds_by_external_id([f"run-{number}" for number in range(100)], ALL)

    assert all(answer.json() == {"ok": True} for answer in answers)
    assert not any(isinstance(build, Exception) for build in found)


async def test_every_key_is_compared_whichever_fits(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(left: bytes, right: bytes) -> bool:
        compared.append((left, right))
        return left == right

    monkeypatch.setattr("hmac.compare_digest", compare)
    for secret in (KEYS["jenkins"], KEYS["away"], "", "x" * 1000, "\udcff"):
        compared.clear()
        ingest_of(provider).authorize(secret)
        assert len(compared) == len(KEYS)
        assert {len(part) for pair in compared for part in pair} == {32}


async def test_a_store_that_hangs_is_not_waited_for_for_ever(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(pipeline_runs, "RECORD_S", 0.05)
    monkeypatch.setattr(provider.ingest, "record", hang)

    async with client_of(provider) as client:
        answer = await client.post(SYNC, json=FIELDS)

    assert (answer.status_code, answer.json()["ok"], answer.headers["retry-after"]) == (503, False, "5")
