"""Users and groups that may work on a project."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.errors import conflict, not_found
from gateway.providers.talend.simulator.exchange import Exchange, Route, no_content
from gateway.providers.talend.simulator.lookups import named_in_body
from gateway.providers.talend.simulator.routes.projects import PROJECT, project_of
from gateway.simulation.messages import Response, json_response


def list_users(exchange: Exchange) -> Response:
    # ASSUMED: an unknown project is 400 in these two lists, whose statuses have no 404; disproved by a 404.
    project_id = named_in_body(lambda: project_of(exchange))["id"]
    return json_response({"projectId": project_id, "userIds": exchange.tenant.project_users[project_id]})


def list_groups(exchange: Exchange) -> Response:
    project_id = named_in_body(lambda: project_of(exchange))["id"]
    return json_response({"projectId": project_id, "groupIds": exchange.tenant.project_groups[project_id]})


def add_user(exchange: Exchange) -> Response:
    return _add(exchange, exchange.tenant.project_users, exchange.param("userId"))


def add_group(exchange: Exchange) -> Response:
    return _add(exchange, exchange.tenant.project_groups, exchange.param("groupId"))


def remove_user(exchange: Exchange) -> Response:
    return _remove(exchange, exchange.tenant.project_users, "User", exchange.param("userId"))


def remove_group(exchange: Exchange) -> Response:
    return _remove(exchange, exchange.tenant.project_groups, "Group", exchange.param("groupId"))


def _add(exchange: Exchange, members: dict[str, list[str]], member: str) -> Response:
    present = members[project_of(exchange)["id"]]
    if member in present:
        raise conflict(f"{member} is authorized already")
    present.append(member)
    return no_content()


def _remove(exchange: Exchange, members: dict[str, list[str]], noun: str, member: str) -> Response:
    present = members[project_of(exchange)["id"]]
    if member not in present:
        raise not_found(noun, member)
    present.remove(member)
    return no_content()


ROUTES = (
    Route("GET", f"{PROJECT}/users", list_users),
    Route("PUT", f"{PROJECT}/users/{{userId}}", add_user, permission=MAY_OPERATE),
    Route("DELETE", f"{PROJECT}/users/{{userId}}", remove_user, permission=MAY_OPERATE),
    Route("GET", f"{PROJECT}/groups", list_groups),
    Route("PUT", f"{PROJECT}/groups/{{groupId}}", add_group, permission=MAY_OPERATE),
    Route("DELETE", f"{PROJECT}/groups/{{groupId}}", remove_group, permission=MAY_OPERATE),
)
