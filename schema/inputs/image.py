"""Filters of images."""

from gateway.context import RequestContext
from gateway.domain.image import ImageQuery
from gateway.domain.provider import Provider
from schema.inputs.checks import check_text, chosen_providers
from schema.types.enums import ProviderKind
from schema.types.view import argument, input_type


@input_type
class ImageFilter:
    """Which images. All given fields must match."""

    providers: list[str] | None = argument("Of these providers, by name.", default=None)
    kinds: list[ProviderKind] | None = argument("Of these vendors.", default=None)
    branch: str | None = argument("Built from this branch.", default=None)
    tag: str | None = argument("Under this tag.", default=None)
    repository: str | None = argument("In this repository.", default=None)

    def queries(self, context: RequestContext) -> list[tuple[Provider, ImageQuery]]:
        """Whom to ask, and what; checked."""
        query = ImageQuery(
            branch=check_text(self.branch, "branch"),
            tag=check_text(self.tag, "tag"),
            repository=check_text(self.repository, "repository"),
        )
        return [(provider, query) for provider in chosen_providers(context, self.providers, self.kinds, {})]
