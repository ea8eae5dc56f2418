"""Commands about promotions."""

from typing import ClassVar

import msgspec

from gateway.domain.commands.command import Command
from gateway.domain.keys import ArtifactKey, EnvironmentKey, PipelineKey, PromotionKey, WorkspaceKey
from gateway.domain.promotion import PromotionOptions

PromotedKey = WorkspaceKey | PipelineKey | ArtifactKey


class CreatePromotion(Command, frozen=True, kw_only=True):
    """Creates a way from one environment to another."""

    mutation: ClassVar[str] = "createPromotion"
    subject_field: ClassVar[str] = "source_environment"

    source_environment: EnvironmentKey
    target_environment: EnvironmentKey
    description: str | None = None


class UpdatePromotion(Command, frozen=True, kw_only=True):
    """Gives a promotion another description."""

    mutation: ClassVar[str] = "updatePromotion"
    subject_field: ClassVar[str] = "promotion"

    promotion: PromotionKey
    description: str


class DeletePromotion(Command, frozen=True, kw_only=True):
    """Removes a promotion; what it has promoted stays."""

    mutation: ClassVar[str] = "deletePromotion"
    subject_field: ClassVar[str] = "promotion"

    promotion: PromotionKey


class PromotionScope(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is promoted, with what it needs, in place of the whole environment."""

    item: PromotedKey


class AnalyzePromotion(Command, frozen=True, kw_only=True):
    """Finds out what a promotion would do now. It changes nothing; `context` is a remark that the vendor keeps with it."""

    mutation: ClassVar[str] = "analyzePromotion"
    subject_field: ClassVar[str] = "promotion"

    promotion: PromotionKey
    options: PromotionOptions = PromotionOptions()
    scope: PromotionScope | None = None
    context: str | None = None


class ExecutePromotion(Command, frozen=True, kw_only=True):
    """Promotes, for good. `context` is a remark that the vendor keeps with the run."""

    mutation: ClassVar[str] = "executePromotion"
    subject_field: ClassVar[str] = "promotion"
    destroys: ClassVar[bool] = True

    promotion: PromotionKey
    options: PromotionOptions = PromotionOptions()
    scope: PromotionScope | None = None
    context: str | None = None


class AssignPromotionUser(Command, frozen=True, kw_only=True):
    """Lets somebody execute a promotion: exactly one of `user_id` and `service_account_id`, the vendor's."""

    mutation: ClassVar[str] = "assignPromotionUser"
    subject_field: ClassVar[str] = "promotion"
    exactly_one: ClassVar[tuple[str, ...]] = ("user_id", "service_account_id")

    promotion: PromotionKey
    user_id: str | None = None
    service_account_id: str | None = None


class UnassignPromotionUser(Command, frozen=True, kw_only=True):
    """Takes that right away again."""

    mutation: ClassVar[str] = "unassignPromotionUser"
    subject_field: ClassVar[str] = "promotion"
    exactly_one: ClassVar[tuple[str, ...]] = ("user_id", "service_account_id")

    promotion: PromotionKey
    user_id: str | None = None
    service_account_id: str | None = None
