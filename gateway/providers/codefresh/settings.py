"""The keys of a Codefresh account in `[[providers]]`."""

from typing import Literal

from pydantic import Field

from gateway.providers.account import BaseUrl, TokenAccount


class CodefreshSettings(TokenAccount):
    """A Codefresh account: one API key."""

    kind: Literal["codefresh"] = Field(description="The vendor.")
    base_url: BaseUrl = Field(
        default="https://g.codefresh.io/api", description="Where the vendor's API begins. https, or http to a loopback host."
    )
