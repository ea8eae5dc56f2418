"""Errors in the vendor's one form."""

from gateway.simulation.messages import Response, json_response


class RefusalError(Exception):
    """Raised where something is wrong; the app answers with it."""

    def __init__(self, error: str, message: str | None = None, *, status: int = 422, headers: dict[str, str] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.message = message
        self.status = status
        self.headers = headers or {}

    def response(self) -> Response:
        body: dict[str, object] = {"ok": False, "error": self.error}
        if self.message is not None:
            body["message"] = self.message
        return json_response(body, self.status, self.headers)


def missing(*names: str) -> RefusalError:
    return RefusalError("required_params_missing", f"Missing: {', '.join(names)}")


def invalid(message: str) -> RefusalError:
    return RefusalError("invalid_arguments", message)


def too_many_requests(retry_after_s: int | None) -> RefusalError:
    # ASSUMED: a 429 says `rate_limited`; disproved by a recorded 429.
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return RefusalError("rate_limited", status=429, headers=headers)


def unknown_method(name: str) -> RefusalError:
    # ASSUMED: 404 and `unknown_method`; disproved by the answer to a method that does not exist.
    return RefusalError("unknown_method", f"No such method: {name}", status=404)
