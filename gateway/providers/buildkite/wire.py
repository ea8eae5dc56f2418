"""What Buildkite's REST API v2 sends, only the members that are read.

Never declared, because they hold secrets: `env` of pipelines, builds and jobs, `meta_data` of builds, a pipeline's
`provider.settings` and `provider.webhook_url`, download addresses of artifacts. Times stay text: two forms exist
(docs: REST API, Webhooks), and only `mapping.utc` reads them.
"""

import msgspec


class WireUser(msgspec.Struct, frozen=True, gc=False):
    """Embedded users may be partial (docs: Builds, Agents)."""

    name: str | None = None
    email: str | None = None
    avatar_url: str | None = None


# Organizations: https://buildkite.com/docs/apis/rest-api/organizations


class WireOrganization(msgspec.Struct, frozen=True, gc=False):
    id: str
    slug: str
    name: str
    web_url: str | None = None
    created_at: str | None = None


# Pipelines: https://buildkite.com/docs/apis/rest-api/pipelines


class WireCodeHost(msgspec.Struct, frozen=True, gc=False):
    """`provider` of a pipeline; `{}` for a bare git repository."""

    id: str | None = None


class WirePipeline(msgspec.Struct, frozen=True, gc=False):
    id: str
    slug: str
    name: str
    web_url: str | None = None
    description: str | None = None
    repository: str | None = None
    default_branch: str | None = None
    provider: WireCodeHost | None = None
    tags: list[str] | None = None
    created_by: WireUser | None = None
    created_at: str | None = None
    archived_at: str | None = None
    configuration: str | None = None


# Builds: https://buildkite.com/docs/apis/rest-api/builds


class WireAuthor(msgspec.Struct, frozen=True, gc=False):
    """`author` is this, `{}`, null, or a plain text."""

    name: str | None = None
    username: str | None = None
    email: str | None = None


class WirePullRequest(msgspec.Struct, frozen=True, gc=False):
    id: str | int | None = None
    base: str | None = None
    repository: str | None = None
    labels: list[str] | None = None


class WireBuildReference(msgspec.Struct, frozen=True, gc=False):
    """`rebuilt_from` of a build, `triggered_build` of a job; `url` is the REST address."""

    id: str | None = None
    number: int | None = None
    url: str | None = None


class WireBuild(msgspec.Struct, frozen=True, gc=False):
    id: str
    number: int
    url: str
    created_at: str
    state: str | None = None
    blocked: bool | None = None
    web_url: str | None = None
    message: str | None = None
    commit: str | None = None
    branch: str | None = None
    tag: str | None = None
    source: str | None = None
    author: WireAuthor | str | None = None
    creator: WireUser | None = None
    started_at: str | None = None
    finished_at: str | None = None
    cancel_reason: str | None = None
    pull_request: WirePullRequest | None = None
    rebuilt_from: WireBuildReference | None = None


class WirePipelineReference(msgspec.Struct, frozen=True, gc=False):
    id: str | None = None


class WireChangedBuild(WireBuild, frozen=True, gc=False):
    """The answer to a write, which cannot be asked to leave the pipeline out."""

    pipeline: WirePipelineReference | None = None


# Jobs: https://buildkite.com/docs/apis/rest-api/jobs (one type for the four kinds; a waiter has `id` and `type` only)


class WireAgentReference(msgspec.Struct, frozen=True, gc=False):
    id: str | None = None


class WireJob(msgspec.Struct, frozen=True, gc=False):
    id: str
    type: str
    state: str | None = None
    name: str | None = None
    label: str | None = None
    command: str | None = None
    soft_failed: bool | None = None
    exit_status: int | None = None
    web_url: str | None = None
    created_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    retries_count: int | None = None
    retried_in_job_id: str | None = None
    unblockable: bool | None = None
    unblocked_by: WireUser | None = None
    agent: WireAgentReference | None = None
    triggered_build: WireBuildReference | None = None


class WireLinks(msgspec.Struct, frozen=True, gc=False):
    next: str | None = None


class WireJobPage(msgspec.Struct, frozen=True):
    """The only list with cursors; every other one is an array with a Link header."""

    items: list[WireJob]
    links: WireLinks | None = None


class WireRawPage(msgspec.Struct, frozen=True):
    """The same page, its rows unread."""

    items: list[msgspec.Raw]
    links: WireLinks | None = None


# Annotations: https://buildkite.com/docs/apis/rest-api/annotations


class WireAnnotation(msgspec.Struct, frozen=True, gc=False):
    id: str
    context: str
    style: str | None = None
    scope: str | None = None
    job_id: str | None = None
    priority: int | None = None
    body_html: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


# Artifacts: https://buildkite.com/docs/apis/rest-api/artifacts


class WireArtifact(msgspec.Struct, frozen=True, gc=False):
    id: str
    path: str
    job_id: str | None = None
    state: str | None = None
    filename: str | None = None
    mime_type: str | None = None
    file_size: int | None = None
    sha1sum: str | None = None


# Agents: https://buildkite.com/docs/apis/rest-api/agents


class WireAgentJob(msgspec.Struct, frozen=True, gc=False):
    """The job an agent works on; `build_url` is the REST address of its build."""

    id: str | None = None
    build_url: str | None = None


class WireAgent(msgspec.Struct, frozen=True, gc=False):
    id: str
    name: str
    connection_state: str | None = None
    hostname: str | None = None
    ip_address: str | None = None
    version: str | None = None
    os_id: str | None = None
    arch: str | None = None
    queue: str | None = None
    priority: int | None = None
    meta_data: list[str] | None = None
    job: WireAgentJob | None = None
    paused: bool | None = None
    paused_note: str | None = None
    web_url: str | None = None
    created_at: str | None = None
    connected_at: str | None = None
    disconnected_at: str | None = None
    last_job_finished_at: str | None = None


# Clusters and queues: https://buildkite.com/docs/apis/rest-api/clusters


class WireCluster(msgspec.Struct, frozen=True, gc=False):
    id: str
    name: str
    description: str | None = None
    default_queue_id: str | None = None
    web_url: str | None = None
    created_at: str | None = None


class WireQueue(msgspec.Struct, frozen=True, gc=False):
    id: str
    key: str
    description: str | None = None
    dispatch_paused: bool | None = None
    dispatch_paused_by: WireUser | None = None
    dispatch_paused_at: str | None = None
    dispatch_paused_note: str | None = None
    web_url: str | None = None
    created_at: str | None = None


# Errors: https://buildkite.com/docs/apis/rest-api (a `message`; validation adds `errors`)


class WireFieldError(msgspec.Struct, frozen=True, gc=False):
    field: str | None = None
    code: str | None = None


class WireRefusal(msgspec.Struct, frozen=True):
    message: str | None = None
    errors: list[WireFieldError | str] | None = None
