"""What a pipeline shows of the host of its repository."""

import re
from typing import Final

from gateway.providers.buildkite.simulator.catalogue import CANARY

_PATH = re.compile(r"^(?:git@|(?:https?|ssh|git)://(?:[^@/]+@)?)([^:/]+)[:/](.+?)(?:\.git)?/?$")
_PROVIDERS: Final = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}


def provider_of(repository: str) -> dict[str, object]:
    """Empty for hosts that are not known."""
    found = _PATH.match(repository)
    kind = _PROVIDERS.get(found[1].lower()) if found is not None else None
    if found is None or kind is None:
        return {}
    settings: dict[str, object] = {"repository": found[2]}
    if kind == "github":
        settings = {
            "trigger_mode": "code",
            "build_pull_requests": True,
            "build_branches": True,
            "build_tags": False,
            "publish_commit_status": True,
            "filter_enabled": False,
            **settings,
        }
    return {"id": kind, "settings": settings}


def webhook_url_of(provider: dict[str, object], pipeline_id: str) -> str | None:
    return f"https://webhook.buildkite.com/deliver/{CANARY}webhook-{pipeline_id}" if provider else None
