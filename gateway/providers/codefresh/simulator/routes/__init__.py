"""Every endpoint of the simulator; a request to anything else is a 404."""

from gateway.providers.codefresh.simulator.endpoint import Endpoint
from gateway.providers.codefresh.simulator.routes import (
    account,
    annotation_writes,
    build_actions,
    builds,
    context_writes,
    contexts,
    hermes,
    hermes_writes,
    image_writes,
    images,
    pipeline_writes,
    pipelines,
    progress,
    project_writes,
    projects,
    runs,
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
    *runs.ENDPOINTS,
    *build_actions.ENDPOINTS,
    *pipeline_writes.ENDPOINTS,
    *project_writes.ENDPOINTS,
    *context_writes.ENDPOINTS,
    *hermes_writes.ENDPOINTS,
    *annotation_writes.ENDPOINTS,
    *image_writes.ENDPOINTS,
)
