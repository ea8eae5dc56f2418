"""Where tasks and plans live, as far as the vendor wants to be told."""

from gateway.domain.errors import MalformedResponseError, NotFoundError
from gateway.domain.page import RowFault
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.places import Places


async def environment_of(workspace: str, field: str, places: Places, origin: Origin) -> str:
    """The id of the environment that a workspace is in, in one call. NotFoundError, about the field, for no such workspace."""
    for row in await places.workspaces():
        if isinstance(row, RowFault):
            if row.id == workspace:
                raise row.error
        elif row.external_id == workspace:
            if row.environment is not None:
                return row.environment.parts[0]
            message = "The provider does not tell the environment of the workspace, which it wants to be told."
            raise MalformedResponseError(message, provider=origin.provider)
    raise NotFoundError(f"{origin.provider} has no such workspace.", provider=origin.provider, field=field)
