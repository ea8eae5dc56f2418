"""Where the text of a definition lies."""

from schema.types.view import argument, input_type, optional


@input_type
class YamlLocationInput:
    """Where the text of a definition lies, when the vendor is to read it from a repository."""

    repository: str = argument("The repository, as the vendor names it: `owner/name`, or an address.")
    path: str = argument("The file in the repository.")
    revision: str | None = optional("The branch, tag or commit to read; the vendor decides when left out.")
    context: str | None = optional("Name of the integration context that gives access to the repository.")
