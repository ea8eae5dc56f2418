"""The small gateway as fixtures."""

from typing import Any

import pytest
from starlette.types import ASGIApp

from gateway.http.application import http_application
from gateway.http.limits import schema_extensions
from gateway.settings import GraphQLSettings, ServerSettings, Settings
from tests.http.small_gateway import Build, Context, Mutation, Query, SmallSchema


@pytest.fixture
def writes() -> list[str]:
    """What mutations have done so far."""
    return []


@pytest.fixture
def build(writes: list[str]) -> Build:
    """build(ide=False, max_depth=5) -> the application with these `[graphql]` keys."""

    def application(request_deadline_s: float = 10.0, **graphql: Any) -> ASGIApp:
        settings = Settings(
            server=ServerSettings(request_deadline_s=request_deadline_s),
            graphql=GraphQLSettings(**graphql),
        )
        schema = SmallSchema(Query, Mutation, extensions=schema_extensions(settings.graphql))
        return http_application(settings, schema, lambda _: Context(writes), [])

    return application


@pytest.fixture
def app(build: Build) -> ASGIApp:
    return build()
