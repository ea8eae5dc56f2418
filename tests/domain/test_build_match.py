"""Filters that the gateway compares itself."""

from datetime import UTC, datetime

import pytest

from gateway.domain.build import Build, BuildQuery, PullRequest
from gateway.domain.build_match import BuildMatch, repository_matches
from gateway.domain.keys import BuildKey
from gateway.domain.run import Actor, RunStatus, RunTrigger, TriggerKind

BUILD = Build(
    key=BuildKey("ci", ("1",)),
    external_id="1",
    pipeline=None,
    status=RunStatus.SUCCEEDED,
    native_status="passed",
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
    trigger=RunTrigger(TriggerKind.API),
    actor=Actor(name="Ada Lovelace", email="ada@example.com"),
    author=Actor(username="ghopper"),
    repository="git@github.com:Acme/Shop.git",
    pull_request=PullRequest("17"),
)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        (BuildQuery(actors=("ada lovelace",)), True),
        (BuildQuery(actors=("ADA@example.com",)), True),
        (BuildQuery(actors=("GHopper",)), True),
        (BuildQuery(actors=("ada",)), False),
        (BuildQuery(pull_requests=("17", "18")), True),
        (BuildQuery(pull_requests=("1",)), False),
        (BuildQuery(repositories=("acme/shop",)), True),
        (BuildQuery(repositories=("acme/web",)), False),
        (BuildQuery(repositories=("acme/shop",), actors=("nobody",)), False),
    ],
)
def test_every_given_filter_must_match(query: BuildQuery, matches: bool) -> None:
    assert BuildMatch(query)(BUILD) is matches


def test_it_names_what_it_compares() -> None:
    assert BuildMatch(BuildQuery(branches=("main",))).names == ()
    assert BuildMatch(BuildQuery(actors=("x",), pull_requests=("1",))).names == ("pull_requests", "actors")
    assert BuildMatch(BuildQuery(actors=())).matches_nothing


@pytest.mark.parametrize(
    ("written", "wanted", "same"),
    [
        ("https://github.com/acme/shop", "acme/shop", True),
        ("https://github.com/acme/shop.git", "git@github.com:acme/shop.git", True),
        ("ssh://git@github.com/acme/shop", "https://github.com/ACME/shop/", True),
        ("acme/shop", "https://github.com/acme/shop", True),
        ("https://gitlab.com/acme/shop", "https://github.com/acme/shop", False),
        ("https://github.com/big-acme/shop", "acme/shop", False),
        ("acme/shop", "acme/shop-web", False),
    ],
)
def test_a_repository_is_the_same_however_it_is_written(written: str, wanted: str, same: bool) -> None:
    assert repository_matches(written, (wanted,)) is same
