"""Every endpoint that needs a token. There is none that cancels, retries or deletes an execution."""

from gateway.providers.nuvo.simulator.endpoint import Endpoint
from gateway.providers.nuvo.simulator.routes import executions, pipelines, resources

ENDPOINTS: tuple[Endpoint, ...] = (*executions.ENDPOINTS, *pipelines.ENDPOINTS, *resources.ENDPOINTS)
