"""The one method of a DX instance that is called."""

from gateway.domain.errors import InvalidInputError
from gateway.domain.ledger import RunNotification
from gateway.providers.dx.explain import in_words, meaning
from gateway.providers.dx.mapping import to_report
from gateway.providers.dx.wire import envelope_decoder
from gateway.upstream.client import Answer, Upstream
from gateway.upstream.path import path
from gateway.upstream.statuses import MAX_MESSAGE


class DxClient:
    """`method` is `sync` or `upsert`: the same one under its older and its newer name."""

    def __init__(self, upstream: Upstream, method: str) -> None:
        self._upstream = upstream
        self._method = method
        self._path = path(f"pipelineRuns.{method}")

    async def record_run(self, notification: RunNotification) -> None:
        """POST /pipelineRuns.sync or .upsert. Returns when the instance has said ok."""
        answer = await self._upstream.write(self._path, method="POST", body=to_report(notification, self._method))
        self._check(answer)

    async def close(self) -> None:
        await self._upstream.close()

    def _check(self, answer: Answer) -> None:
        told = answer.decode(envelope_decoder)
        if told.ok:
            return
        if told.error is None:
            raise answer.unreadable("it says neither ok nor what is wrong")
        # The status says that all is well, so a word nobody knows is taken for a refusal, like other words without hope.
        kind = meaning(told) or InvalidInputError
        said = answer.clean(" ".join((in_words(told) or "").split()))[:MAX_MESSAGE]
        raise kind(said, provider=answer.provider, request_id=answer.request_id)
