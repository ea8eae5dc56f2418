"""Buildkite, by its REST API v2."""

from gateway.domain.provider import Provider
from gateway.providers.buildkite.settings import BuildkiteSettings

__all__ = ["connect"]


def connect(settings: BuildkiteSettings, *, loopback_only: bool = False) -> Provider:
    """The provider of one configured account. Opens nothing yet; a wrong base URL is a ValueError."""
    from gateway.providers.buildkite.adapter import build_provider  # noqa: PLC0415

    return build_provider(settings, loopback_only=loopback_only)
