"""Every endpoint of the simulator; a request to anything else is a 404."""

from gateway.providers.codefresh.simulator.endpoint import Endpoint
from gateway.providers.codefresh.simulator.routes import (
    account,
    builds,
    contexts,
    hermes,
    images,
    pipelines,
    progress,
    projects,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *account.ENDPOINTS,
    *projects.ENDPOINTS,
    *pipelines.ENDPOINTS,
    *builds.ENDPOINTS,
    *progress.ENDPOINTS,
    *contexts.ENDPOINTS,
    *hermes.ENDPOINTS,
    *images.ENDPOINTS,
)
