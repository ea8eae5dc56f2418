"""One build and how it looks at a given time."""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.times import iso_ms

# The nine words of the first-party command line, in its order, and one that no list names.
# ASSUMED: a denied approval can end a build as `denied`; disproved by an account where such builds all end in `error`.
STATUSES = (
    "running",
    "success",
    "error",
    "terminated",
    "terminating",
    "pending-approval",
    "delayed",
    "pending",
    "elected",
    "denied",
)
TERMINAL = frozenset({"success", "error", "terminated", "denied"})


class Phase(NamedTuple):
    """From `at_ms` on the build has this status, until the next phase begins."""

    at_ms: int
    status: str


class BuildState(NamedTuple):
    phase: int  # index of the current one
    status: str
    started_ms: int | None  # None: never ran so far
    finished_ms: int | None


class BuildKey(NamedTuple):
    """The order of build lists, oldest first. Builds of the same millisecond keep the order they were made in."""

    created_ms: int
    sequence: int


@dataclass(slots=True, eq=False)
class Build:
    """Phases are in time order and may reach into the future: status is a pure function of them and the clock.

    `facts` are the keys of the answer that no phase changes; a key that this build lacks is absent.
    """

    id: str
    key: BuildKey
    phases: tuple[Phase, ...]
    facts: Document
    step_names: tuple[str, ...] = ()  # as the pipeline's YAML has them; empty: unknown
    needs_license: bool = False
    request: Document | None = None  # what the caller sent that asked for it; None: nobody did
    _bodies: dict[int, bytes] = field(default_factory=dict, repr=False)

    def state_at(self, now_ms: int) -> BuildState:
        index = max(0, bisect_right(self.phases, now_ms, key=lambda phase: phase.at_ms) - 1)
        at_ms, status = self.phases[index]
        started_ms = next((phase.at_ms for phase in self.phases[: index + 1] if phase.status == "running"), None)
        return BuildState(index, status, started_ms, at_ms if status in TERMINAL else None)

    def status_at(self, now_ms: int) -> str:
        last = self.phases[-1]
        return last.status if last.at_ms <= now_ms else self.state_at(now_ms).status

    def document_at(self, now_ms: int) -> Document:
        state = self.state_at(now_ms)
        document: Document = {"id": self.id, "status": state.status, "created": iso_ms(self.key.created_ms)}
        if state.started_ms is not None:
            document["started"] = iso_ms(state.started_ms)
        if state.finished_ms is not None:
            document["finished"] = iso_ms(state.finished_ms)
        if self.needs_license and state.status == "pending":
            document["pendingLicense"] = True
        return document | self.facts

    def body_at(self, now_ms: int) -> bytes:
        """The encoded row, made once for each phase."""
        last = len(self.phases) - 1
        index = last if self.phases[last].at_ms <= now_ms else self.state_at(now_ms).phase
        body = self._bodies.get(index)
        if body is None:
            body = self._bodies[index] = msgspec.json.encode(self.document_at(now_ms))
        return body

    def reschedule(self, phases: tuple[Phase, ...]) -> None:
        """Another future; the phases that are over stay as they are."""
        self.phases = phases
        self._bodies.clear()

    @property
    def pipeline_id(self) -> str | None:
        return self._text("serviceId")

    @property
    def progress_id(self) -> str | None:
        return self._text("progress")

    def _text(self, name: str) -> str | None:
        value = self.facts.get(name)
        return value if isinstance(value, str) else None
