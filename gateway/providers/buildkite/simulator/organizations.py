"""Organizations, the caller's own user and token, and the rate-limit endpoint."""

from datetime import timedelta

from gateway.providers.buildkite.simulator.data import Organization
from gateway.providers.buildkite.simulator.exchange import PAGING, Exchange, Route
from gateway.providers.buildkite.simulator.identifiers import graphql_id
from gateway.providers.buildkite.simulator.jobs import user_row
from gateway.providers.buildkite.simulator.links import link_header, page_of
from gateway.providers.buildkite.simulator.timestamps import iso, old_form
from gateway.simulation.messages import Response, json_response


def _row(organization: Organization, base: str) -> dict[str, object]:
    url = f"{base}/organizations/{organization.slug}"
    return {
        "id": organization.id,
        "graphql_id": graphql_id("Organization", organization.id),
        "url": url,
        "web_url": f"https://buildkite.com/{organization.slug}",
        "name": organization.name,
        "slug": organization.slug,
        "pipelines_url": f"{url}/pipelines",
        "agents_url": f"{url}/agents",
        "emojis_url": f"{url}/emojis",
        "created_at": iso(organization.created_at),
    }


def _list(x: Exchange) -> Response:
    found = x.organizations()
    page = page_of(x.request)
    rows = [_row(organization, x.base) for organization in page.cut(found)]
    return json_response(rows, headers=link_header(x.request, page, len(found), x.origin))


def _get(x: Exchange) -> Response:
    return json_response(_row(x.organization(), x.base))


def _rate_limit(x: Exchange) -> Response:
    return json_response(x.limits.row(x.organization().slug))


def _user(x: Exchange) -> Response:
    return json_response(user_row(x.user))


def _access_token(x: Exchange) -> Response:
    created = x.user.created_at + timedelta(days=30)
    return json_response(
        {
            "uuid": x.token.uuid,
            "scopes": x.token.scopes,
            "description": "Simulated token",
            "created_at": old_form(created),
            "expires_at": None,
            "user": {"name": x.user.name, "email": x.user.email},
        }
    )


def _revoke(x: Exchange) -> Response:
    """The token is refused from now on."""
    x.world.revoked_tokens.add(x.token.uuid)
    return Response(204, content_type=None)


ROUTES = (
    Route("GET", "/organizations", "read_organizations", _list, PAGING),
    Route("GET", "/organizations/{org}", "read_organizations", _get),
    Route("GET", "/organizations/{org}/rate_limit", "read_accounts", _rate_limit),
    Route("GET", "/user", "read_user", _user),
    Route("GET", "/access-token", "", _access_token),
    Route("DELETE", "/access-token", "", _revoke),
)
