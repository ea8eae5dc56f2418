"""Promotions: a bare array, filtered by FIQL in `_s`."""

from gateway.providers.talend.simulator.credentials import MAY_OPERATE
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import bad_request, conflict, forbidden, not_found
from gateway.providers.talend.simulator.exchange import Body, Exchange, Route, no_content
from gateway.providers.talend.simulator.fiql import parse
from gateway.providers.talend.simulator.lookups import environment, sees_environment
from gateway.providers.talend.simulator.records import add_promotion
from gateway.providers.talend.simulator.removal import remove_promotion
from gateway.simulation.messages import Response, json_response

PROMOTIONS = "/orchestration/executables/promotions"
PROMOTION = f"{PROMOTIONS}/{{promotionId}}"
SELECTORS = frozenset(
    {
        "executable",
        "name",
        "description",
        "sourceEnvironment.id",
        "sourceEnvironment.name",
        "targetEnvironment.id",
        "targetEnvironment.name",
    }
)


class PromotionToCreate(Body, frozen=True):
    source_environment_id: str
    target_environment_id: str
    description: str | None = None


class Description(Body, frozen=True):
    description: str


def list_promotions(exchange: Exchange) -> Response:
    """Rows have no description."""
    query = exchange.text("_s")
    matches = parse(query, SELECTORS) if query is not None else None
    rows = [found for found in exchange.tenant.promotions.values() if sees_promotion(exchange, found)]
    chosen = [row for row in rows if matches is None or matches(row)]
    return json_response([{key: value for key, value in row.items() if key != "description"} for row in chosen])


def get_promotion(exchange: Exchange) -> Response:
    return json_response(promotion_of(exchange))


def create_promotion(exchange: Exchange) -> Response:
    """One for each pair of environments, named after them."""
    # ASSUMED: the name, which the body does not carry; disproved by the name of a created promotion.
    tenant, wanted = exchange.tenant, exchange.body(PromotionToCreate)
    source = environment(exchange, wanted.source_environment_id)
    target = environment(exchange, wanted.target_environment_id)
    if source["id"] == target["id"]:
        raise bad_request("Source and target must be two environments")
    pair = (source["id"], target["id"])
    if any((row["sourceEnvironment"]["id"], row["targetEnvironment"]["id"]) == pair for row in tenant.promotions.values()):
        raise conflict(f"A promotion from {source['name']} to {target['name']} exists already")
    name = f"{source['name']} to {target['name']}"
    return json_response(add_promotion(tenant, tenant.new_id(), *pair, name=name, description=wanted.description), 201)


def describe_promotion(exchange: Exchange) -> Response:
    wanted = exchange.body(Description)
    promotion_of(exchange)["description"] = wanted.description
    return no_content()


def delete_promotion(exchange: Exchange) -> Response:
    remove_promotion(exchange.tenant, promotion_of(exchange)["executable"])
    return no_content()


def promotion_of(exchange: Exchange) -> Document:
    promotion_id = exchange.param("promotionId")
    found = exchange.tenant.promotions.get(promotion_id)
    if found is None:
        raise not_found("Promotion", promotion_id)
    if not sees_promotion(exchange, found):
        raise forbidden(f"No permission on the environments of promotion {promotion_id}")
    return found


def sees_promotion(exchange: Exchange, promotion: Document) -> bool:
    ends = (promotion["sourceEnvironment"], promotion["targetEnvironment"])
    return all(sees_environment(exchange, end) for end in ends)


ROUTES = (
    Route("GET", PROMOTIONS, list_promotions, frozenset({"_s"})),
    Route("POST", PROMOTIONS, create_promotion, permission=MAY_OPERATE),
    Route("GET", PROMOTION, get_promotion),
    Route("PATCH", PROMOTION, describe_promotion, permission=MAY_OPERATE),
    Route("DELETE", PROMOTION, delete_promotion, permission=MAY_OPERATE),
)
