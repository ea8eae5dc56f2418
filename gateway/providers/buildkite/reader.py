"""What every reader of this provider has: the client, and the organizations it may show."""

from gateway.providers.buildkite.client import BuildkiteClient
from gateway.providers.buildkite.organizations import BuildkiteOrganizations


class Reader:
    """Base of the ports' implementations."""

    def __init__(self, client: BuildkiteClient, organizations: BuildkiteOrganizations) -> None:
        self._client = client
        self._provider = client.provider
        self._organizations = organizations
