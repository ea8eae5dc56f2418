"""Buildkite, by its REST API v2."""

from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.buildkite.adapter import build_provider
from gateway.providers.buildkite.settings import BuildkiteSettings

__all__ = ["connect"]


def connect(settings: BuildkiteSettings, services: Services | None = None, *, loopback_only: bool = False) -> Provider:  # noqa: ARG001 it keeps nothing here
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, loopback_only=loopback_only)
