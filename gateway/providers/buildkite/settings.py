"""The keys of a Buildkite account in `[[providers]]`."""

from typing import Annotated, Literal

from pydantic import Field

from gateway.providers.account import BaseUrl, TokenAccount

Slug = Annotated[str, Field(min_length=1, pattern=r"^[^\s/]+$")]


class BuildkiteSettings(TokenAccount):
    """A Buildkite account: one API access token."""

    kind: Literal["buildkite"] = Field(description="The vendor.")
    base_url: BaseUrl = Field(
        default="https://api.buildkite.com/v2", description="Where the vendor's API begins. https, or http to a loopback host."
    )
    organizations: Annotated[tuple[Slug, ...], Field(strict=False)] = Field(
        default=(), description="Slugs of the organizations to show. Empty: all that the token sees."
    )
