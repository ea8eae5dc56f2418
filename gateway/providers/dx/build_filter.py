"""A build query in the ledger's words. The store applies every filter; nothing is left for the gateway."""

import re

import msgspec

from gateway.domain.build import BuildQuery
from gateway.domain.ledger import LedgerQuery
from gateway.domain.run import RunStatus
from gateway.providers.dx.keys import Origin, pipeline_name_of
from gateway.providers.dx.mapping import STATUSES
from gateway.providers.dx.notification import parse_pull_request
from gateway.upstream.key_parts import parts_of

_HELD = frozenset({*STATUSES.values(), RunStatus.UNKNOWN})
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://(?:[^@/]+@)?[^/]+/|[^@/:]+@[^/:]+:)(.+?)(?:\.git)?/?", re.IGNORECASE)


def ledger_query(query: BuildQuery, origin: Origin) -> LedgerQuery | None:
    """None when no run can match: nothing has to be asked then."""
    if query.projects is not None or not _among(query, origin):
        return None
    statuses = None if query.statuses is None else tuple(_held(status) for status in query.statuses if status in _HELD)
    wanted = LedgerQuery(
        pipelines=None if query.pipelines is None else tuple(pipeline_name_of(key) for key in query.pipelines),
        statuses=statuses,
        repositories=None if query.repositories is None else _repositories(query.repositories),
        commits=query.commits,
        pull_requests=None if query.pull_requests is None else _pull_requests(query.pull_requests),
        branches=query.branches,
        actors=query.actors,
        started_from=query.created_from,
        started_to=query.created_to,
    )
    # A list of allowed values that is empty allows nothing.
    return None if () in msgspec.structs.astuple(wanted) else wanted


def _among(query: BuildQuery, origin: Origin) -> bool:
    """Whether the one workspace passes."""
    for key in query.workspaces or ():
        parts_of(key, 1)
    return query.workspaces is None or origin.workspace in query.workspaces


def _held(status: RunStatus) -> RunStatus | None:
    """A run without a state is what the ledger has of UNKNOWN."""
    return None if status is RunStatus.UNKNOWN else status


def _repositories(given: tuple[str, ...]) -> tuple[str, ...]:
    """Senders give `owner/name`: an address is brought to that form. One that is no address stays as it is."""
    found = ((text, match[1]) if (match := _ADDRESS.fullmatch(text)) else (text,) for text in given)
    return tuple(dict.fromkeys(text for texts in found for text in texts))


def _pull_requests(given: tuple[str, ...]) -> tuple[int, ...]:
    """What is no number was never taken in."""
    numbers = []
    for text in given:
        try:
            numbers.append(parse_pull_request(text))
        except ValueError:
            continue
    return tuple(numbers)
