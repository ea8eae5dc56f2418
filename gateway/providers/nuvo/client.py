"""nuvo's endpoints, one method each, and the login that goes before them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import msgspec

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.merging import texts_in
from gateway.domain.errors import UpstreamCredentialError
from gateway.domain.free_call import FreeCall
from gateway.providers.nuvo import wire
from gateway.providers.nuvo.credential import NoTokenError
from gateway.providers.nuvo.list_query import ListQuery, QueryStyle
from gateway.providers.nuvo.rows import ListDecoder, Listing
from gateway.providers.nuvo.session import Session
from gateway.upstream.answer import Answer
from gateway.upstream.client import Upstream
from gateway.upstream.path import path

T = TypeVar("T")


class _One(msgspec.Struct, Generic[T], frozen=True):
    """`{"data": {...}}`"""

    data: T


_execution = msgspec.json.Decoder(_One[wire.Execution])
_pipeline = msgspec.json.Decoder(_One[wire.Pipeline])
_created: "msgspec.json.Decoder[_One[list[wire.CreatedExecution] | wire.CreatedExecution]]" = msgspec.json.Decoder(
    _One[list[wire.CreatedExecution] | wire.CreatedExecution]
)
_definition = msgspec.json.Decoder(_One[JsonObject])
_executions = ListDecoder(wire.Execution, "execution")
_pipelines = ListDecoder(wire.Pipeline, "pipeline")


class NuvoClient:
    """Answers as wire values. Failures are the typed errors of `gateway.domain.errors`; 404 is NotFoundError.

    Lists are asked without the slash that the documents end them with: a query follows.
    """

    def __init__(self, upstream: Upstream, session: Session, style: QueryStyle) -> None:
        self.upstream = upstream
        self._session = session
        self._style = style

    async def probe(self) -> None:
        """One call that only a good credential passes: the login, or after it the smallest list."""
        if self._session.is_open:
            await self.check_access()
        else:
            await self._session.open()

    async def check_access(self) -> None:
        """UpstreamCredentialError unless the identity may still be logged in as."""
        await self.list_pipelines(ListQuery("created_at", "asc", 0, 1))

    async def list_executions(self, query: ListQuery) -> Listing[wire.Execution]:
        """Without logs and configuration. Whether the query was heeded is for the reader to find out."""
        return _executions.decode(await self._read(path("execution"), query.pairs(self._style)))

    async def get_execution(self, execution_id: str) -> wire.Execution:
        return (await self._read(path("execution", execution_id))).decode(_execution).data

    async def list_pipelines(self, query: ListQuery) -> Listing[wire.Pipeline]:
        return _pipelines.decode(await self._read(path("pipeline"), query.pairs(self._style)))

    async def get_pipeline(self, pipeline_id: str) -> wire.Pipeline:
        return (await self._read(path("pipeline", pipeline_id))).decode(_pipeline).data

    async def create_execution(self, pipeline_id: str) -> list[wire.CreatedExecution]:
        """POST /execution/. One for each file that the pipeline's source holds: there may be none."""
        answer = await self._command(path("execution") + "/", "POST", {"pipeline_id": pipeline_id})
        created = answer.decode(_created).data
        return created if isinstance(created, list) else [created]

    async def read_definition(self, pipeline_id: str) -> JsonObject:
        """GET /pipeline/{id} as it is, connectors and all: to be changed and sent back, never to be shown."""
        return (await self._read(path("pipeline", pipeline_id))).decode(_definition).data

    async def replace_pipeline(self, pipeline_id: str, definition: JsonObject) -> None:
        """PUT /pipeline/{id}. Connectors may hold passwords: no text of a definition is repeated."""
        await self._command(path("pipeline", pipeline_id), "PUT", definition, tuple(texts_in(definition.get("configuration"))))

    async def delete_pipeline(self, pipeline_id: str) -> None:
        """DELETE /pipeline/{id}."""
        await self._command(path("pipeline", pipeline_id), "DELETE", None)

    async def close(self) -> None:
        await self.upstream.close()
        await self._session.close()

    @property
    def base_url(self) -> str:
        """The address that the account is configured with."""
        return self.upstream.base_url

    async def send(self, call: FreeCall) -> None:
        """Any call to the vendor's host: see `FreeCalls`."""
        await self._logged_in(lambda: self.upstream.send(call))

    async def _command(self, where: str, method: str, body: object | None, hide: Sequence[str] = ()) -> Answer:
        return await self._logged_in(lambda: self.upstream.command(where, method=method, body=body, hide=hide))

    async def _logged_in(self, call: Callable[[], Awaitable[T]]) -> T:
        """A second time only after a refused token, which is certain to have changed nothing."""
        login = await self._session.open()
        renewed = False
        while True:
            try:
                return await call()
            except NoTokenError:  # taken away from another call while this one waited for its turn: it was never sent
                login = await self._session.open()
            except UpstreamCredentialError:
                if renewed:
                    raise
                await self._session.renew(login)
                renewed = True

    async def _read(self, where: str, query: Sequence[tuple[str, str]] = ()) -> Answer:
        """With one login more when the token is refused. What is refused even then is the operator's matter."""
        login = await self._session.open()
        try:
            return await self.upstream.read(where, query=query)
        except (UpstreamCredentialError, NoTokenError):
            await self._session.renew(login)
        while True:
            try:
                return await self.upstream.read(where, query=query)
            except NoTokenError:  # it was taken away from another call, and this one still waited for its turn
                await self._session.open()
