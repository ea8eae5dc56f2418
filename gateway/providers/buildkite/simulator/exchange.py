"""One authenticated request with everything a handler needs, and the table entry of a route."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from gateway.providers.buildkite.simulator.data import Build, Job, Organization, Pipeline, World
from gateway.providers.buildkite.simulator.errors import ApiError, not_found
from gateway.providers.buildkite.simulator.jobs import find_job
from gateway.providers.buildkite.simulator.limits import RateLimits
from gateway.providers.buildkite.simulator.links import MAX_DIGITS
from gateway.providers.buildkite.simulator.resources import User
from gateway.providers.buildkite.simulator.settings import SimulatorSettings, Token
from gateway.simulation.messages import Request, Response


@dataclass(frozen=True, slots=True)
class Exchange:
    """Look-ups raise the 404 that the vendor would give."""

    request: Request
    token: Token
    world: World
    settings: SimulatorSettings
    limits: RateLimits
    now: datetime
    origin: str  # scheme, host and port
    base: str  # origin and "/v2"
    body: Mapping[str, object] = field(default_factory=dict)

    @property
    def user(self) -> User:
        users = self.world.organizations[0].users
        return users[self.token.user % len(users)]

    @property
    def sees_webhook_urls(self) -> bool:
        return "write_pipelines" in self.token.scopes

    def organizations(self) -> list[Organization]:
        """Those the token sees."""
        allowed = self.token.organizations
        return [found for found in self.world.organizations if allowed is None or found.slug in allowed]

    def organization(self) -> Organization:
        slug = self.request.params["org"]
        for found in self.organizations():
            if found.slug == slug:
                return found
        raise not_found("organization")

    def pipeline(self) -> Pipeline:
        # ASSUMED: a pipeline is addressed by its present slug only; disproved by an answer to its UUID or to the
        # slug it had before a rename.
        found = self.organization().pipeline(self.request.params["pipeline"])
        if found is None:
            raise not_found("pipeline")
        return found

    def build(self) -> Build:
        pipeline = self.pipeline()
        number = self.request.params["number"]
        readable = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
        found = pipeline.by_number.get(int(number)) if readable else None
        if found is None:
            raise not_found("build")
        return found

    def job(self) -> Job:
        """By either path form: below a build, or below the organization."""
        build = self.build() if "number" in self.request.params else None
        job = find_job(self.organization(), self.world, self.request.params["job"], self.now)
        if job is None or (build is not None and job.build is not build):
            raise not_found("job")
        return job

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean query parameter, in any case of letters; 400 for anything else."""
        # ASSUMED: an unreadable boolean is refused; disproved by an answer to `?exclude_jobs=maybe`.
        text = self.request.value(name)
        if text is None:
            return default
        if text.lower() in ("true", "1"):
            return True
        if text.lower() in ("false", "0"):
            return False
        raise ApiError(400, f"{name} must be true or false")


Handler: TypeAlias = Callable[[Exchange], Response]

PAGING = frozenset({"page", "per_page"})


@dataclass(frozen=True, slots=True)
class Route:
    """`scope` "" needs none. `query` names the parameters that the route takes; `meta_data[*]` stands for any key.
    `body` names the members that its body may have; without any the body is not looked at.

    `per_page` is taken everywhere, because the public Python client sends it with every request.
    """

    method: str
    template: str
    scope: str
    handler: Handler
    query: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()
