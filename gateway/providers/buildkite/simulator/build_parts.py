"""Parts of a build that no clock moves."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BuildContent:
    message: str | None
    author: object  # null, {}, an object with or without a user name, or a plain e-mail address
    env: dict[str, str]
    meta_data: dict[str, str]
    pull_request: dict[str, object] | None
    merge_queue: dict[str, object] | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class Annotation:
    id: str
    context: str
    style: str | None
    job_id: str | None
    priority: int
    body: str  # as sent; rows show it rendered
    created_at: datetime
    updated_at: datetime
    old: bool = False  # its row lacks scope, job and priority
