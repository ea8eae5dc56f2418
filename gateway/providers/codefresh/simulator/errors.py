"""Refusals, each with the body that its part of the vendor sends.

The API itself: status, message and, by assumption, more. Hermes: status, message, error. Annotations: a message and a
status that is a word.
"""

from gateway.providers.codefresh.simulator.documents import Document
from gateway.simulation.messages import Response, json_response

# ASSUMED: that code and name are there, and their values; disproved by a recorded error.
_NAMES = {
    400: ("1000", "BAD_REQUEST_ERROR"),
    401: ("1001", "UNAUTHORIZED_ERROR"),
    403: ("1003", "FORBIDDEN_ERROR"),
    404: ("1004", "NOT_FOUND_ERROR"),
    409: ("1009", "CONFLICT_ERROR"),
}


class VendorError(Exception):
    """Raised by handlers; the app sends `body` with `status`."""

    def __init__(self, status: int, body: Document, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body.get('message')}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    def response(self) -> Response:
        return json_response(self.body, self.status, self.headers)


def api_error(status: int, message: str) -> VendorError:
    code, name = _NAMES[status]
    return VendorError(status, {"status": status, "code": code, "name": name, "message": message})


def bad_request(message: str) -> VendorError:
    return api_error(400, message)


def unauthorized(message: str) -> VendorError:
    return VendorError(401, {"status": 401, "message": message, "error": "Unauthorized"})


def forbidden(message: str) -> VendorError:
    return api_error(403, message)


def not_found(noun: str, name: str) -> VendorError:
    return api_error(404, f"Could not find {noun}: {name}")


def too_many_requests(retry_after_s: int | None) -> VendorError:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return VendorError(429, {"status": 429, "message": "Too many requests"}, headers)


def hermes_error(status: int, message: str, error: str) -> VendorError:
    """The trigger manager uses 500 for most mistakes of its caller."""
    return VendorError(status, {"status": status, "message": message, "error": error})


def annotation_error(status: int, message: str) -> VendorError:
    return VendorError(status, {"message": message, "status": "Error"})
