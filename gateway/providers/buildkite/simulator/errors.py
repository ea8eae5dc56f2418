"""Refusals, in the vendor's words."""

from collections.abc import Mapping

from gateway.simulation.messages import Response, json_response

TOO_DEEP = "Listing builds this deep is not supported. Please narrow your query using filters such as branch or created_from."
# ASSUMED: REST uses the sentence of the GraphQL API with its own link; disproved by any recorded 401.
UNAUTHENTICATED = (
    "Authentication required. Please supply a valid API Access Token: https://buildkite.com/docs/apis/rest-api#authentication"
)
# ASSUMED: a missing scope gives this bare word; disproved by a recorded 403 that names the scope.
FORBIDDEN = "Forbidden"
RATE_LIMITED = "You have exceeded your API rate limit."


class ApiError(Exception):
    """A refusal; `details` are further members of the body beside `message`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    def response(self) -> Response:
        return json_response({"message": self.message, **self.details}, self.status, self.headers)


def invalid(*errors: tuple[str, str]) -> ApiError:
    """422 with one entry of field and code per error."""
    listed = [{"field": field, "code": code} for field, code in errors]
    return ApiError(422, "Validation Failed", details={"errors": listed})


def not_found(thing: str) -> ApiError:
    """Also for what the token may not see."""
    # ASSUMED: every resource words it like the documented ones (organization, pipeline, job, agent); disproved by
    # a recorded 404 for a build, annotation, artifact, cluster or queue.
    return ApiError(404, f"No {thing} found")


def no_route(path: str) -> ApiError:
    return ApiError(404, f"No route matches {path.lstrip('/')}")
