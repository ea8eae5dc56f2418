"""Making a repository's webhook, and whether deliveries from GitHub are processed."""

from gateway.providers.buildkite.simulator.builds import PIPELINE
from gateway.providers.buildkite.simulator.data import Pipeline
from gateway.providers.buildkite.simulator.errors import ApiError, not_found
from gateway.providers.buildkite.simulator.exchange import Exchange, Route
from gateway.providers.buildkite.simulator.jobs import user_row
from gateway.providers.buildkite.simulator.timestamps import iso
from gateway.simulation.messages import Response, json_response


def _provider(pipeline: Pipeline) -> object:
    provider = pipeline.fields["provider"]
    return provider.get("id") if isinstance(provider, dict) else None


def _create(x: Exchange) -> Response:
    # ASSUMED: repositories on GitHub get a webhook, any number of times, and no others; disproved by a recorded answer
    # for another host, or for a webhook that exists.
    if _provider(x.pipeline()) != "github":
        raise ApiError(422, "Auto-creating webhooks is not supported for your repository.")
    return Response(201, content_type="text/html")


def _enrolled(x: Exchange) -> Pipeline:
    # ASSUMED: every pipeline on GitHub is enrolled, in this wording for others; PUT enables and DELETE disables, again
    # and again. Disproved by a recorded answer to any of these.
    pipeline = x.pipeline()
    if _provider(pipeline) != "github" or pipeline.webhook_url is None:
        raise not_found("GitHub webhook")
    return pipeline


def _shown(x: Exchange, pipeline: Pipeline) -> Response:
    by, at = pipeline.webhook_disabled or (None, None)
    url = pipeline.webhook_url if x.sees_webhook_urls else ""
    return json_response({"url": url, "enabled": at is None, "disabled_at": iso(at), "disabled_by": user_row(by)})


def _get(x: Exchange) -> Response:
    return _shown(x, _enrolled(x))


def _enable(x: Exchange) -> Response:
    pipeline = _enrolled(x)
    pipeline.webhook_disabled = None
    return _shown(x, pipeline)


def _disable(x: Exchange) -> Response:
    pipeline = _enrolled(x)
    pipeline.webhook_disabled = pipeline.webhook_disabled or (x.user, x.now)
    return _shown(x, pipeline)


_PROCESSING = PIPELINE + "/github-webhooks"

ROUTES = (
    Route("POST", PIPELINE + "/webhook", "write_pipelines", _create),
    Route("GET", _PROCESSING, "read_pipelines", _get),
    Route("PUT", _PROCESSING, "write_pipelines", _enable),
    Route("DELETE", _PROCESSING, "write_pipelines", _disable),
)
