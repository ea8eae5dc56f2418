"""Promotions are created, described and removed, and people may be let or no longer let execute them."""

from gateway.domain.commands.command import Changed, Commands, handling
from gateway.domain.commands.promotions import (
    AssignPromotionUser,
    CreatePromotion,
    DeletePromotion,
    UnassignPromotionUser,
    UpdatePromotion,
)
from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import PromotionKey
from gateway.providers.talend.client import TalendClient
from gateway.providers.talend.commands.bodies import own_id, without_nothing
from gateway.providers.talend.commands.definitions_client import Assignee, DefinitionsClient
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.places import Places
from gateway.providers.talend.promotion_mapping import to_promotion

USERS: Assignee = "users"
ACCOUNTS: Assignee = "service-accounts"
ASSIGNEES = ("user_id", "service_account_id")


class PromotionCommands:
    """Handlers, one for each command. What a promotion does is in `promotion_run_commands.py`."""

    def __init__(self, client: TalendClient, definitions: DefinitionsClient, origin: Origin, places: Places) -> None:
        self._client = client
        self._definitions = definitions
        self._origin = origin
        self._places = places

    def table(self) -> Commands:
        return dict(
            (
                handling(CreatePromotion, self.create_promotion, takes=("description",)),
                handling(UpdatePromotion, self.update_promotion),
                handling(DeletePromotion, self.delete_promotion),
                handling(AssignPromotionUser, self.assign_promotion_user, takes=ASSIGNEES),
                handling(UnassignPromotionUser, self.unassign_promotion_user, takes=ASSIGNEES),
            )
        )

    async def create_promotion(self, command: CreatePromotion) -> Changed:
        """The vendor gives it a name, and has one for each pair."""
        source = own_id(command.source_environment, self._origin, "environment", "source_environment")
        target = own_id(command.target_environment, self._origin, "environment", "target_environment")
        if source == target:
            raise InvalidInputError("A promotion leads to another environment than it comes from.", field="target_environment")
        body = without_nothing({"sourceEnvironmentId": source, "targetEnvironmentId": target, "description": command.description})
        try:
            row = await self._definitions.create_promotion(body)
        except NotFoundError as error:
            error.field = "source_environment" if await self._places.has_environment(target) else "target_environment"
            raise
        whole = (row.description or None) == (command.description or None)
        created = to_promotion(row, self._origin, whole=whole)
        return Changed(keys=(created.key,), values=(created,))

    async def update_promotion(self, command: UpdatePromotion) -> Changed:
        await self._definitions.describe_promotion(self._id(command.promotion), command.description)
        return Changed(keys=(command.promotion,))

    async def delete_promotion(self, command: DeletePromotion) -> Changed:
        await self._definitions.delete_promotion(self._id(command.promotion))
        return Changed(keys=(command.promotion,))

    async def assign_promotion_user(self, command: AssignPromotionUser) -> Changed:
        """A person who is assigned already is a conflict, a service account is not."""
        promotion, (field, kind, who) = self._id(command.promotion), self._assignee(command)
        try:
            await self._definitions.assign(promotion, kind, who)
        except NotFoundError as error:
            raise await self._of(error, promotion, field) from None
        return Changed(keys=(command.promotion,))

    async def unassign_promotion_user(self, command: UnassignPromotionUser) -> Changed:
        promotion, (field, kind, who) = self._id(command.promotion), self._assignee(command)
        try:
            await self._definitions.unassign(promotion, kind, who)
        except NotFoundError as error:
            raise await self._of(error, promotion, field) from None
        return Changed(keys=(command.promotion,))

    async def _of(self, error: NotFoundError, promotion: str, field: str) -> NotFoundError:
        """It is about whom it names, unless the promotion itself is absent."""
        await self._client.get_promotion(promotion)
        error.field = field
        return error

    def _assignee(self, command: AssignPromotionUser | UnassignPromotionUser) -> tuple[str, Assignee, str]:
        """(the field, the vendor's word, the id). That exactly one is given has been checked."""
        field, kind, who = "user_id", USERS, command.user_id
        if who is None:
            field, kind, who = "service_account_id", ACCOUNTS, command.service_account_id or ""
        self._origin.check_name(who, field)
        return field, kind, who

    def _id(self, promotion: PromotionKey) -> str:
        return own_id(promotion, self._origin, "promotion", "promotion")
