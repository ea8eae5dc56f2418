"""Codefresh, by its REST API."""

from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.codefresh.adapter import build_provider
from gateway.providers.codefresh.settings import CodefreshSettings

__all__ = ["connect"]


def connect(settings: CodefreshSettings, services: Services | None = None, *, loopback_only: bool = False) -> Provider:  # noqa: ARG001 it keeps nothing here
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, loopback_only=loopback_only)
