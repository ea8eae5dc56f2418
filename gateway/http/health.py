"""Is the process alive, and may it get traffic?"""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.domain.provider import Provider
from gateway.http.answers import json_response


def health_routes(providers: Sequence[Provider]) -> list[BaseRoute]:
    """/health/live and /health/ready.

    Ready tells how each provider answered lately; asking makes no upstream call. A provider that is down does not make
    the gateway unready: the others are still served, and a restart would mend nothing.
    """

    async def live(_: Request) -> Response:
        return json_response({"status": "live"})

    async def ready(_: Request) -> Response:
        return json_response({"status": "ready", "providers": [_observed(provider) for provider in providers]})

    return [Route("/health/live", live), Route("/health/ready", ready)]


def _observed(provider: Provider) -> dict[str, str | datetime | None]:
    health = provider.monitor.health()
    return {
        "name": provider.name,
        "kind": provider.kind.value,
        "status": health.status.value,
        "observedAt": health.observed_at,
        "lastSuccessAt": health.last_success_at,
        "lastFailureCode": health.last_failure.code if health.last_failure else None,
    }
