"""Refusals, each with the body that the vendor documents for it."""

from collections.abc import Mapping
from http import HTTPStatus

from gateway.simulation.messages import Response, json_response


class VendorError(Exception):
    """Raised by handlers; the app sends it. `body` None: the answer has none."""

    def __init__(self, status: int, body: Mapping[str, object] | None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})

    def response(self, request_id: str) -> Response:
        if self.body is None:
            return Response(self.status, content_type=None, headers=self.headers)
        shown = {**self.body, "requestId": request_id} if "message" in self.body else self.body
        return json_response(shown, self.status, self.headers)


def refusal(status: int, detail: str, headers: Mapping[str, str] | None = None) -> VendorError:
    """ErrorResponse: the message is for users, the detail for developers."""
    return VendorError(status, {"status": status, "message": HTTPStatus(status).phrase, "detail": detail}, headers)


def bad_request(detail: str) -> VendorError:
    return refusal(400, detail)


def unauthorized(detail: str) -> VendorError:
    """UnauthorizedErrorResponse, which has no message."""
    return VendorError(401, {"status": 401, "detail": detail})


def forbidden(detail: str) -> VendorError:
    return refusal(403, detail)


def not_found(noun: str, identifier: str) -> VendorError:
    return refusal(404, f"{noun} {identifier} does not exist")


def conflict(detail: str) -> VendorError:
    return refusal(409, detail)


def bodyless(status: int) -> VendorError:
    return VendorError(status, None)


def too_many_requests(retry_after_s: int | None) -> VendorError:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return refusal(429, "Too many requests", headers)
