"""Buildkite, by its REST API v2."""

from gateway.domain.provider import Provider
from gateway.providers.buildkite.adapter import build_provider
from gateway.providers.buildkite.settings import BuildkiteSettings

__all__ = ["connect"]


def connect(settings: BuildkiteSettings, *, loopback_only: bool = False) -> Provider:
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, loopback_only=loopback_only)
