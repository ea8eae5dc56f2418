"""Talend Cloud, by its Orchestration and Processing APIs."""

from gateway.domain.provider import Provider
from gateway.domain.services import Services
from gateway.providers.talend.adapter import build_provider
from gateway.providers.talend.settings import TalendSettings

__all__ = ["connect"]


def connect(
    settings: TalendSettings,
    services: Services,  # noqa: ARG001  nothing of Talend is kept in the store
    *,
    loopback_only: bool = False,
) -> Provider:
    """The provider of one configured account. No call is made; ValueError for a base URL that cannot be one."""
    return build_provider(settings, loopback_only=loopback_only)
