"""A vendor of data pipelines in memory: its ports answer from values, fail where told to, and remember what they were asked."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from gateway.context import RequestContext, RequestLimits
from gateway.domain.audit import AuditEntry, Claimed, Fresh
from gateway.domain.budget import RequestBudget
from gateway.domain.errors import GatewayError, NotFoundError, UpstreamUnavailableError
from gateway.domain.global_id import encode_id
from gateway.domain.keys import Key, ProviderKey
from gateway.domain.page import Chunk, Mark
from gateway.domain.provider import Provider, ProviderHealth, ProviderKind
from gateway.operations.mutations import Mutations
from schema import build_schema

NAME = "acme-data"
SCHEMA = build_schema()


class Port:
    """One port. `values` answers keys, `rows` is what its list shows; both default to the same values."""

    def __init__(self, noun: str, values: Iterable[Any] = (), rows: Iterable[Any] | None = None, **answers: Any) -> None:
        self.asked: list[tuple[str, Any]] = []
        self._values = {value.key: value for value in values}
        self._rows = tuple(self._values.values() if rows is None else rows)
        setattr(self, f"get_{noun}", self._asking(f"get_{noun}", self._values))
        setattr(self, f"stream_{noun}", self._stream)
        for method, table in answers.items():
            setattr(self, method, self._asking(method, table))

    def _asking(self, method: str, table: dict[Any, Any]) -> Any:
        async def answer(keys: Sequence[Any], *rest: Any) -> list[Any]:
            self.asked.append((method, (tuple(keys), *rest[:-1])) if len(rest) > 1 else (method, tuple(keys)))
            return [table.get(getattr(key, "key", key), NotFoundError("gone", provider=NAME)) for key in keys]

        return answer

    async def _stream(self, query: Any, after: Mark | None, _page_size: int, _want: object) -> AsyncIterator[Chunk[Any]]:
        self.asked.append(("stream", query))
        inside = getattr(query, "environments", None)
        rows = [row for row in self._rows if inside is None or row.environment in inside]
        start = 0 if after is None else after.offset + 1
        marks = tuple(Mark("", start + place, row.external_id) for place, row in enumerate(rows[start:]))
        yield Chunk(tuple(rows[start:]), more=False, marks=marks)

    def calls(self, method: str) -> list[Any]:
        """What each call of this method was asked for."""
        return [what for name, what in self.asked if name == method]


class Unwatched:
    def health(self) -> ProviderHealth:
        return ProviderHealth()

    def rate_limits(self) -> tuple[()]:
        return ()


async def nothing() -> None:
    """Neither probing nor closing costs anything here."""


def vendor(name: str = NAME, **ports: Any) -> Provider:
    return Provider(
        key=ProviderKey(name, ()), kind=ProviderKind.TALEND, url="https://vendor.example", capabilities=(),
        monitor=Unwatched(), probe=nothing, close=nothing, **ports,
    )  # fmt: skip


class Forgetful:
    """A store of mutations that keeps nothing."""

    async def begin(self, *_: object) -> Claimed:
        return Fresh()

    look = begin

    async def finish(self, *_: object, free: bool = False) -> None: ...

    note = finish

    async def entries(self, *_: object) -> Sequence[AuditEntry]:
        return ()


def context(*providers: Provider) -> RequestContext:
    store = Forgetful()
    return RequestContext(
        {each.name: each for each in providers}, RequestLimits(), RequestBudget(5, 100), mutations=Mutations(store, 5), audit=store
    )


async def ask(provider: Provider, query: str, **variables: Any) -> Any:
    """The whole answer: data, errors, extensions."""
    request = context(provider)
    try:
        return await SCHEMA.execute(query, variable_values=variables, context_value=request)
    finally:
        request.close()


async def data(provider: Provider, query: str, **variables: Any) -> dict[str, Any]:
    """The data of an answer without errors."""
    answer = await ask(provider, query, **variables)
    assert not answer.errors, answer.errors
    return answer.data


def codes(answer: Any) -> list[tuple[list[str | int], str]]:
    """Where something went wrong, and what."""
    return [(error.path, error.extensions["code"]) for error in answer.errors or ()]


def key(key_type: type[Key], *parts: str) -> Any:
    return key_type(NAME, parts)


def id_of(value: Any) -> str:
    return encode_id(value.key)


def down() -> GatewayError:
    return UpstreamUnavailableError("The vendor answered 503.", provider=NAME)
