"""Refusals. No document shows an error's body; public applications read `message` from it."""

from collections.abc import Mapping

from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.simulation.messages import Response, json_response

NO_HEADERS: Mapping[str, str] = {}


class VendorError(Exception):
    """Raised by handlers; the app sends it."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] = NO_HEADERS) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.headers = headers

    def response(self, settings: SimulatorSettings) -> Response:
        # ASSUMED: a message and the status; disproved by a recorded error.
        match settings.error_body:
            case "message":
                return json_response({"message": self.message, "status": self.status}, self.status, self.headers)
            case "nested":
                return json_response({"error": {"message": self.message}}, self.status, self.headers)
            case "text":
                return Response(self.status, self.message.encode(), "text/plain; charset=utf-8", self.headers)
            case "empty":
                return Response(self.status, content_type=None, headers=self.headers)


def bad_request(message: str) -> VendorError:
    return VendorError(400, message)


def unauthorized(message: str) -> VendorError:
    return VendorError(401, message)


def absent(noun: str, wanted: str) -> VendorError:
    return VendorError(404, f"There is no {noun} with the id {wanted}")
