"""Filters of builds that most vendors do not have, compared on the values themselves."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from gateway.domain.build import Build, BuildQuery
from gateway.domain.run import Actor


class BuildMatch:
    """Compares repository, pull request and actor. `names` are those of the query that it compares; empty when there are none."""

    def __init__(self, query: BuildQuery) -> None:
        self._repositories = _folded(query.repositories, _repository)
        self._pull_requests = None if query.pull_requests is None else frozenset(query.pull_requests)
        self._actors = _folded(query.actors, str.casefold)
        given = {"repositories": self._repositories, "pull_requests": self._pull_requests, "actors": self._actors}
        self.names = tuple(name for name, wanted in given.items() if wanted is not None)

    @property
    def matches_nothing(self) -> bool:
        """An empty list of allowed values allows none."""
        return any(wanted is not None and not wanted for wanted in (self._repositories, self._pull_requests, self._actors))

    def __call__(self, build: Build) -> bool:
        if self._pull_requests is not None and (
            build.pull_request is None or build.pull_request.external_id not in self._pull_requests
        ):
            return False
        if self._repositories is not None and (
            build.repository is None or not _same_repository(_repository(build.repository), self._repositories)
        ):
            return False
        return self._actors is None or not self._actors.isdisjoint((*_names(build.actor), *_names(build.author)))


def repository_matches(repository: str, wanted: Iterable[str]) -> bool:
    """Whether one of the names or addresses is this repository's."""
    return _same_repository(_repository(repository), frozenset(map(_repository, wanted)))


def _folded(values: tuple[str, ...] | None, fold: Callable[[str], str]) -> frozenset[str] | None:
    return None if values is None else frozenset(map(fold, values))


def _names(actor: Actor | None) -> tuple[str, ...]:
    if actor is None:
        return ()
    return tuple(name.casefold() for name in (actor.name, actor.username, actor.email) if name)


def _repository(text: str) -> str:
    """`host/owner/name` of any address of it, `owner/name` of a short name."""
    address = text.casefold().removesuffix("/").removesuffix(".git")
    if "://" in address:
        try:
            parts = urlsplit(address)
        except ValueError:
            return address  # no address at all: it is only like itself
        return f"{parts.hostname or ''}{parts.path}"
    user, at, rest = address.partition("@")
    return rest.replace(":", "/", 1) if at and ":" in rest and "/" not in user else address


def _same_repository(repository: str, wanted: frozenset[str]) -> bool:
    """A short name on either side matches the end of an address on the other."""
    return any(
        repository == each or repository.endswith(f"/{each}") or (repository.count("/") == 1 and each.endswith(f"/{repository}"))
        for each in wanted
    )
