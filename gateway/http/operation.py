"""What is known about the operation a request carries: filled in while it is handled, read by the access log."""

from contextvars import ContextVar
from dataclasses import dataclass

MAX_NAME_LENGTH = 128


@dataclass(slots=True)
class OperationFacts:
    """Empty until the document is parsed; `kind` is query, mutation or subscription."""

    name: str | None = None
    kind: str | None = None


operation_facts: ContextVar[OperationFacts | None] = ContextVar("operation_facts", default=None)


def note_operation(name: str | None, kind: str) -> None:
    """Does nothing outside of an HTTP request."""
    facts = operation_facts.get()
    if facts is not None:
        facts.name = name[:MAX_NAME_LENGTH] if name else None
        facts.kind = kind
