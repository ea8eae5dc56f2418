"""Finds what a path names, as the caller may see it; raises what the vendor answers otherwise."""

from collections.abc import Callable, Iterable, Mapping

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.errors import VendorError, bad_request, forbidden, not_found
from gateway.providers.talend.simulator.exchange import Exchange


def find(exchange: Exchange, documents: Mapping[str, Document], noun: str, identifier: str) -> Document:
    """Of those that live in a workspace."""
    found = documents.get(identifier)
    if found is None:
        raise not_found(noun, identifier)
    # ASSUMED: what the caller's permissions do not cover is 403; disproved by a 404 in its place.
    if not exchange.sees(found):
        raise forbidden(f"No permission on the workspace of {noun.lower()} {identifier}")
    return found


def visible(exchange: Exchange, documents: Iterable[Document]) -> list[Document]:
    return [found for found in documents if exchange.sees(found)]


def sees_environment(exchange: Exchange, environment: Document) -> bool:
    allowed = exchange.caller.environments
    return allowed is None or environment["name"] in allowed


def environment(exchange: Exchange, identifier: str) -> Document:
    found = exchange.tenant.environments.get(identifier)
    if found is None:
        raise not_found("Environment", identifier)
    if not sees_environment(exchange, found):
        raise forbidden(f"No permission on environment {identifier}")
    return found


def workspace_info(exchange: Exchange, identifier: str) -> Document:
    found = exchange.tenant.workspace_infos.get(identifier)
    if found is None:
        raise not_found("Workspace", identifier)
    if not sees_environment(exchange, found["environment"]):
        raise forbidden(f"No permission on workspace {identifier}")
    return found


def in_scope(exchange: Exchange, documents: Iterable[Document], *, refuse_unknown: bool = False) -> list[Document]:
    """Those the caller sees, in the environment and workspace that the query names.

    `refuse_unknown`: a place that does not exist is 404, for the lists that document that status.
    """
    # ASSUMED: where no 404 is documented an unknown place gives an empty list; disproved by an error in its stead.
    environment_id, workspace_id = exchange.text("environmentId"), exchange.text("workspaceId")
    if refuse_unknown and environment_id is not None:
        environment(exchange, environment_id)
    if refuse_unknown and workspace_id is not None:
        workspace_info(exchange, workspace_id)
    return placed(exchange, documents, environment_id, workspace_id)


def placed(
    exchange: Exchange, documents: Iterable[Document], environment_id: str | None, workspace_id: str | None
) -> list[Document]:
    tenant = exchange.tenant
    return [
        found
        for found in visible(exchange, documents)
        if (environment_id is None or tenant.environment_of(found)["id"] == environment_id)
        and (workspace_id is None or tenant.workspace_of(found)["id"] == workspace_id)
    ]


def name_matches(exchange: Exchange, document: Document, wanted: str | None) -> bool:
    """The `name` filter of lists; no filter matches everything."""
    # ASSUMED: with case, like FIQL; disproved by a filter that finds another case.
    if wanted is None:
        return True
    name = str(document["name"])
    return name.startswith(wanted) if exchange.tenant.settings.name_filter == "prefix" else wanted in name


def named_in_body(look_up: Callable[[], Document]) -> Document:
    """What a request body refers to: there, an unknown id is a bad argument."""
    # ASSUMED: so, as 404 is not among the statuses of most operations that create; disproved by a 404.
    try:
        return look_up()
    except VendorError as error:
        if error.status == 404 and error.body is not None:
            raise bad_request(str(error.body["detail"])) from None
        raise


def refuse_other_environment(workspace: Document, target: Document) -> None:
    """Things move inside one environment only."""
    # ASSUMED: otherwise 400; disproved by another status.
    if workspace["environment"]["id"] != target["environment"]["id"]:
        raise bad_request(f"Workspace {target['name']} is in another environment")
