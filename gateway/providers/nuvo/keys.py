"""What nuvo's keys are made of, and where values of one configured account come from.

The vendor's ids are opaque text. A key with another number of parts than its type has is InvalidInputError: it is damaged.
"""

import msgspec

from gateway.domain.errors import NotFoundError
from gateway.domain.keys import ExecutionKey, PipelineKey, WorkspaceKey
from gateway.upstream.path import check_segment


class Origin(msgspec.Struct, frozen=True):
    """The account that values come from, and whom it is logged in as."""

    provider: str
    site: str
    identity: str  # USER or SUB_ORG
    identifier: str

    def workspace(self) -> WorkspaceKey:
        """The one there is. Under another identity it is another one, so that ids of one never show the other."""
        return WorkspaceKey(self.provider, (self.identity, self.identifier))

    def pipeline(self, pipeline_id: str) -> PipelineKey:
        return PipelineKey(self.provider, (pipeline_id,))

    def execution(self, execution_id: str) -> ExecutionKey:
        return ExecutionKey(self.provider, (execution_id,))

    def check_name(self, text: str, field: str) -> None:
        """InvalidInputError for text that no id of the vendor's can be."""
        check_segment(text, field=field, provider=self.provider)

    def absent(self, what: str) -> NotFoundError:
        return NotFoundError(f"{self.provider} has no such {what}.", provider=self.provider)
