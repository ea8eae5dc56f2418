"""Who may execute a promotion: users and service accounts."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import conflict, not_found
from gateway.providers.talend.simulator.exchange import Exchange, Route, no_content
from gateway.providers.talend.simulator.routes.promotions import PROMOTION, promotion_of
from gateway.simulation.messages import Response, json_response

USERS = f"{PROMOTION}/users"
USER = f"{USERS}/{{userId}}"
SERVICE_ACCOUNT = f"{PROMOTION}/service-accounts/{{serviceAccountId}}"


def list_users(exchange: Exchange) -> Response:
    return json_response(_assigned(exchange))


def assign_user(exchange: Exchange) -> Response:
    """Once: an assigned one is 409."""
    users, user_id = _assigned(exchange)["userIds"], exchange.param("userId")
    if user_id in users:
        raise conflict(f"User {user_id} is assigned already")
    users.append(user_id)
    return no_content()


def unassign_user(exchange: Exchange) -> Response:
    return _unassign(_assigned(exchange)["userIds"], "User", exchange.param("userId"))


def assign_account(exchange: Exchange) -> Response:
    """As often as one likes: 409 is not among its statuses."""
    accounts, account_id = _assigned(exchange)["serviceAccountIds"], exchange.param("serviceAccountId")
    if account_id not in accounts:
        accounts.append(account_id)
    return no_content()


def unassign_account(exchange: Exchange) -> Response:
    return _unassign(_assigned(exchange)["serviceAccountIds"], "Service account", exchange.param("serviceAccountId"))


def _assigned(exchange: Exchange) -> Document:
    return exchange.tenant.promotion_users[promotion_of(exchange)["executable"]]


def _unassign(present: list[str], noun: str, identifier: str) -> Response:
    if identifier not in present:
        raise not_found(noun, identifier)
    present.remove(identifier)
    return no_content()


ROUTES = (
    Route("GET", USERS, list_users),
    Route("PUT", USER, assign_user, permission=MAY_OPERATE),
    Route("DELETE", USER, unassign_user, permission=MAY_OPERATE),
    Route("PUT", SERVICE_ACCOUNT, assign_account, permission=MAY_OPERATE),
    Route("DELETE", SERVICE_ACCOUNT, unassign_account, permission=MAY_OPERATE),
)
