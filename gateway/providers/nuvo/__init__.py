"""nuvo, now Ingestro: its Data Pipelines API."""

from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.nuvo.adapter import build_provider
from gateway.providers.nuvo.settings import NuvoSettings

__all__ = ["connect"]


def connect(
    settings: NuvoSettings,
    services: Services,  # noqa: ARG001  nothing of nuvo is kept in the store
    *,
    loopback_only: bool = False,
) -> Provider:
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, loopback_only=loopback_only)
