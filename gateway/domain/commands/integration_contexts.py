"""Commands about integration contexts. Their data may be secret: it goes to the vendor and nowhere else."""

from typing import ClassVar

from msgspec import UNSET, UnsetType

from gateway.domain.commands.command import Command, JsonObject
from gateway.domain.keys import IntegrationContextKey


class CreateIntegrationContext(Command, frozen=True, kw_only=True):
    """Creates a context. `type` is the vendor's word and decides what `data` holds."""

    mutation: ClassVar[str] = "createIntegrationContext"

    provider: str
    name: str
    type: str
    data: JsonObject


class UpdateIntegrationContext(Command, frozen=True, kw_only=True):
    """Changes values of a context: members of `data` replace those of the same name, None removes one, others stay.

    With `replace_data` what is not in `data` is gone.
    """

    mutation: ClassVar[str] = "updateIntegrationContext"
    subject_field: ClassVar[str] = "integration_context"

    integration_context: IntegrationContextKey
    data: JsonObject | UnsetType = UNSET
    replace_data: bool | None = None


class DeleteIntegrationContext(Command, frozen=True, kw_only=True):
    """Removes a context for good."""

    mutation: ClassVar[str] = "deleteIntegrationContext"
    subject_field: ClassVar[str] = "integration_context"

    integration_context: IntegrationContextKey
