"""Builds: runs of CI pipelines."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from gateway.domain.errors import GatewayError
from gateway.domain.keys import BuildKey, PipelineKey, ProjectKey, WorkspaceKey
from gateway.domain.page import Chunk, Want
from gateway.domain.run import FINISHED, Actor, RunFailure, RunStatus, RunTrigger, duration_s


class PullRequest(msgspec.Struct, frozen=True):
    """The change a build was made for; `external_id` is its number or id at the code host."""

    external_id: str
    base_branch: str | None = None
    repository: str | None = None
    labels: tuple[str, ...] = ()


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a CI pipeline. `native_status` is the vendor's word; an unknown one is UNKNOWN, never a guess.

    `started_at` is None before the start, `finished_at` while it runs. `failing` is set when a running build has already
    failed; `cancel_requested` when its end was asked for but not reached; `provisional` when the vendor has acknowledged the run
    but does not find it yet.
    """

    key: BuildKey
    external_id: str
    pipeline: PipelineKey | None
    status: RunStatus
    native_status: str | None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    trigger: RunTrigger
    actor: Actor | None = None
    author: Actor | None = None
    failure: RunFailure | None = None
    warning: str | None = None
    url: str | None = None
    number: int | None = None
    repository: str | None = None
    branch: str | None = None
    commit: str | None = None
    message: str | None = None
    tag: str | None = None
    pull_request: PullRequest | None = None
    retry_of: BuildKey | None = None
    failing: bool = False
    cancel_requested: bool = False
    provisional: bool = False

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    @property
    def duration_s(self) -> float | None:
        return duration_s(self.started_at, self.finished_at)


class BuildQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which builds. None means any; each given list is an OR of its values; `created_from` is inclusive, `created_to` exclusive.

    `repositories` and `actors` ignore case. An actor is meant by name, user name or mail address, a pull request by its number
    or id at the code host, a repository by `owner/name` or by its address.
    """

    workspaces: tuple[WorkspaceKey, ...] | None = None
    projects: tuple[ProjectKey, ...] | None = None
    pipelines: tuple[PipelineKey, ...] | None = None
    statuses: tuple[RunStatus, ...] | None = None
    branches: tuple[str, ...] | None = None
    commits: tuple[str, ...] | None = None
    repositories: tuple[str, ...] | None = None
    pull_requests: tuple[str, ...] | None = None
    actors: tuple[str, ...] | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class BuildNumber(msgspec.Struct, frozen=True):
    """A build by the number people use. `workspace` may be left out when the provider has one."""

    pipeline: str
    number: int
    workspace: str | None = None


class BuildReader(Protocol):
    """Reads builds of one provider."""

    async def get_builds(self, keys: Sequence[BuildKey], want: Want) -> Sequence[Build | GatewayError]:
        """One answer per key, in order; absent, or another build under the same number, is a NotFoundError value.

        Costs about one call per distinct key at most (capabilities tell the exact bound), and far fewer where the vendor
        can answer several at once.
        """
        ...

    def stream_builds(
        self, query: BuildQuery, at_or_before: datetime | None, page_size: int, want: Want
    ) -> AsyncIterator[Chunk[Build]]:
        """Builds newest first by creation, from `at_or_before` (inclusive) on. Reads a vendor page only when asked for one.

        `page_size` is how many the first chunk should hold, if the vendor allows. Builds with equal times come in any
        order, and a build may come twice when new ones push the vendor's pages: the caller sorts and drops.
        """
        ...

    async def newest_builds(
        self, pipelines: Sequence[PipelineKey], query: BuildQuery, first: int, want: Want
    ) -> Sequence[Chunk[Build] | GatewayError]:
        """For each pipeline its newest `first` builds that match, exactly what `stream_builds` of that pipeline alone would
        begin with, in as few calls as the vendor allows. `query.pipelines` is ignored. A pipeline that fails, fails alone.
        """
        ...

    async def find_builds(self, numbers: Sequence[BuildNumber], want: Want) -> Sequence[Build | GatewayError]:
        """Builds by number; NotSupportedError values where the vendor does not number."""
        ...

    async def find_builds_by_external_id(self, ids: Sequence[str], want: Want) -> Sequence[Build | GatewayError]:
        """Builds by the vendor's own id; NotSupportedError values, naming what to use instead, where it cannot look one up."""
        ...
