"""Codefresh, by its REST API."""

from gateway.domain.provider import Provider
from gateway.providers.codefresh.adapter import build_provider
from gateway.providers.codefresh.settings import CodefreshSettings

__all__ = ["connect"]


def connect(settings: CodefreshSettings, *, loopback_only: bool = False) -> Provider:
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, loopback_only=loopback_only)
