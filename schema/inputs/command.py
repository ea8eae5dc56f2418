"""Inputs that several mutations share. Each has the fields of the domain's value of the same name."""

import strawberry

from schema.types.view import argument, input_type


@input_type
class VariableInput:
    """A named value."""

    name: str = argument("Letters, digits, `_`, `.` and `-`, beginning with a letter or `_`.")
    value: str = argument("Its value. It is not logged.")
    encrypted: bool = argument("Whether the vendor is to keep the value hidden.", default=False)


@input_type
class PairInput:
    """A name with a text."""

    name: str = argument("The name.")
    value: str = argument("The text.")


JSON = strawberry.scalars.JSON
VENDOR_OPTIONS = "What this vendor takes beside, by the vendor's names. A name that it does not know is refused."
