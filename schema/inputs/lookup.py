"""Lookups that several nouns share."""

from schema.types.view import argument, input_type


@input_type
class ExternalId:
    """A thing by the vendor's own id."""

    provider: str = argument("The provider's name.")
    external_id: str = argument("The vendor's own id.")
