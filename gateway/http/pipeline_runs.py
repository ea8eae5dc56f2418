"""Where CI systems report their runs: one method under its two names, whose answers are those that senders know."""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.errors import GatewayError, InvalidInputError, StoreUnavailableError
from gateway.domain.ingest import Ingest, IngestCode, IngestRefusedError, KeyState, Submission
from gateway.domain.provider import Provider
from gateway.http.answers import RefusedError, json_response
from gateway.http.graphql import CLIENT_GONE
from gateway.http.request_body import read_body

log = logging.getLogger(__name__)

PATHS = ("/api/pipelineRuns.sync", "/api/pipelineRuns.upsert")
UNAVAILABLE = "service_unavailable"
RECORD_S = 10.0
"""What a sender waits for its commit at most: one that hangs must neither pile up reports nor hold up a server that is to stop."""
RETRY_AFTER_S = 5
"""What a sender is asked to wait when the store does not answer: a restart of a database takes about as long."""
READ_WITHIN_S = 30.0


def pipeline_run_routes(providers: Iterable[Provider]) -> list[BaseRoute]:
    """POST only. The key in a request decides which provider it is for. Nothing is served when no provider takes reports."""
    endpoint = PipelineRuns([provider.ingest for provider in providers if provider.ingest is not None])
    return [Route(path, endpoint.answer, methods=["POST"]) for path in PATHS] if endpoint.accounts else []


class PipelineRuns:
    """`ok` is said when a report is kept for good, never before."""

    def __init__(self, accounts: list[Ingest]) -> None:
        self.accounts = accounts

    async def answer(self, request: Request) -> Response:
        try:
            account = self._account(request.headers.get("authorization", ""))
            submission = await _submission(request, account.max_bytes)
            await _recorded(account, submission)
        except ClientDisconnect:
            return Response(status_code=CLIENT_GONE)
        except RefusedError as error:
            return _refused(IngestCode.INVALID_ARGUMENTS, error.message, error.status, error.headers)
        except IngestRefusedError as error:
            return _refused(error.reason, error.message)
        except InvalidInputError as error:
            return _refused(IngestCode.INVALID_ARGUMENTS, error.message)
        except GatewayError as error:
            if not error.retryable:
                raise
            return _unavailable(error)
        return json_response({"ok": True})

    def _account(self, authorization: str) -> Ingest:
        """Every account is asked, whichever knows the key: how long it takes tells nothing."""
        scheme, _, secret = authorization.strip().partition(" ")
        secret = secret.strip()
        if scheme.lower() != "bearer" or not secret:
            raise IngestRefusedError(IngestCode.NOT_AUTHED, "Send a key: `Authorization: Bearer <key>`.")
        found = [(account, account.authorize(secret)) for account in self.accounts]
        account, key = next(((account, key) for account, key in found if key is not None), (None, None))
        if account is None or key is None:
            raise IngestRefusedError(IngestCode.INVALID_AUTH, "The key is unknown.")
        match key.state:
            case KeyState.INACTIVE:
                raise IngestRefusedError(IngestCode.ACCOUNT_INACTIVE, "The key is disabled.")
            case KeyState.EXPIRED:
                raise IngestRefusedError(IngestCode.INVALID_AUTH, "The key has expired.")
        return account


async def _submission(request: Request, max_bytes: int) -> Submission:
    """RefusedError for a body that is too large, or does not come."""
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            body = await read_body(request, max_bytes)
    except TimeoutError:
        raise RefusedError(408, "The body did not come in time.", headers={"connection": "close"}) from None
    return Submission(request.headers.get("content-type", ""), request.scope["query_string"], body)


async def _recorded(account: Ingest, submission: Submission) -> None:
    notification = account.read(submission)
    try:
        async with asyncio.timeout(RECORD_S):
            await account.record(notification, submission.raw)
    except TimeoutError:
        raise StoreUnavailableError(f"The store has not committed within {RECORD_S:g} s.") from None


def _unavailable(error: GatewayError) -> Response:
    """Whether it was stored after all may be unknown. To send it again is right in any case: twice changes nothing."""
    log.warning("a report was not taken: %s %s", error.code, error.message)
    content = {"ok": False, "error": UNAVAILABLE, "message": "It was not taken. Send it again."}
    return json_response(content, 503, headers={"retry-after": str(RETRY_AFTER_S)})


def _refused(reason: IngestCode, message: str, status: int = 422, headers: Mapping[str, str] | None = None) -> Response:
    """422 for credentials too, as the vendor documents it."""
    return json_response({"ok": False, "error": reason.value, "message": message}, status, headers=headers)
