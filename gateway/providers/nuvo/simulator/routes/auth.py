"""Logging in and out. These need no token in Authorization."""

from collections.abc import Iterable

import msgspec

from gateway.providers.nuvo.simulator.documents import Document
from gateway.providers.nuvo.simulator.endpoint import State, read_body
from gateway.providers.nuvo.simulator.errors import VendorError, unauthorized
from gateway.providers.nuvo.simulator.identities import LICENSES
from gateway.simulation.control import REDACTED, Call
from gateway.simulation.messages import Request, Response, json_response

TOKEN_PATH = "/auth/access-token"


class _Auth(msgspec.Struct, forbid_unknown_fields=True):
    identifier: str
    type: str


class _Login(msgspec.Struct, forbid_unknown_fields=True):
    license_key: str
    auth: _Auth


def serve_auth(state: State, request: Request, path: str) -> Response | None:
    """None when the path is not one of these."""
    match request.method, path:
        case "POST", "/auth/access-token":
            return _log_in(state, request)
        case "DELETE", "/auth/access-token":
            return _log_out(state, request)
        case "POST", "/auth/access-token/verify":
            return _verify(state, request)
    return None


def redact_logins(calls: Iterable[Call]) -> None:
    """Takes license keys and tokens out of recorded calls, as it is done with the Authorization of others."""
    for call in calls:
        if call.raw_path.rstrip("/").endswith(TOKEN_PATH):
            for known in LICENSES:
                call.body = call.body.replace(known.key.encode(), REDACTED.encode())
            if "access_token" in call.headers:
                call.headers["access_token"] = REDACTED


def _log_in(state: State, request: Request) -> Response:
    wanted = read_body(request, _Login)
    known = next((each for each in LICENSES if each.key == wanted.license_key), None)
    if known is None:
        raise unauthorized("Invalid license key")
    identity = known.identity(wanted.auth.identifier, wanted.auth.type)
    if identity is None:
        raise VendorError(state.settings.unknown_identity_status, "Unknown user or sub-organization")
    answer: Document = {"access_token": state.tokens.give(identity)}
    return json_response({"data": answer} if state.settings.token_answer == "data" else answer)


def _log_out(state: State, request: Request) -> Response:
    """The token is in a header of its own."""
    if not state.tokens.revoke(request.headers.get("access_token", "")):
        raise unauthorized("Invalid access token")
    return json_response({"message": "success"})


def _verify(state: State, request: Request) -> Response:
    # ASSUMED: the path and the answer; disproved by the documentation of either.
    token = request.headers.get("access_token", "")
    return json_response({"data": {"valid": state.tokens.owner(token) is not None}})
