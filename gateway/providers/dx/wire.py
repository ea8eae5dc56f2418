"""What DX's method takes and answers (docs.getdx.com, Data Cloud API: overview and pipelineRuns; help centre: Pipelines API).

The same structs serve both ways: a report that a sender pushes to the gateway, and one that the gateway passes on.
"""

import msgspec

REQUIRED = ("pipeline_name", "pipeline_source", "reference_id", "started_at")
NEEDS_REPOSITORY = ("commit_sha", "pr_number")


class RunReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of pipelineRuns.sync and .upsert. What is absent is left out: the vendor knows no null."""

    pipeline_name: str
    pipeline_source: str
    reference_id: str
    started_at: str
    finished_at: str | None = None
    status: str | None = None
    repository: str | None = None
    commit_sha: str | None = None
    pr_number: int | None = None
    source_url: str | None = None
    head_branch: str | None = None
    email: str | None = None
    github_username: str | None = None
    gitlab_username: str | None = None


FIELDS = RunReport.__struct_fields__


class Envelope(msgspec.Struct, frozen=True):
    """Every answer. `ok` and `error` decide, whatever the HTTP status says; a success has nothing but `ok`."""

    ok: bool | None = None
    error: str | None = None
    message: str | None = None


envelope_decoder = msgspec.json.Decoder(Envelope)
