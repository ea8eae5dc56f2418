"""DX: runs that any CI reports to the gateway, which keeps them and passes them on to a DX instance."""

from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.dx.adapter import build_provider
from gateway.providers.dx.settings import DxSettings

__all__ = ["connect"]


def connect(settings: DxSettings, services: Services, *, loopback_only: bool = False) -> Provider:
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, services.ledger, loopback_only=loopback_only)
