"""The gateway as the demonstration has it: an account of each vendor. Making it calls nobody, and opens nothing."""

import asyncio
import os
from collections.abc import Mapping
from functools import cache
from unittest.mock import patch

import httpx

from gateway.app import Gateway, assemble
from gateway.cli.demo_environment import DEMO_CONFIG, demo_environment
from gateway.cli.simulators import Address, definitions
from gateway.domain.provider import Provider
from gateway.settings import load_settings


@cache
def _gateway() -> Gateway:
    addresses = [Address(each.kind, f"http://127.0.0.1:{each.default_port}{each.base_path}", "unused") for each in definitions()]
    with patch.dict(os.environ, demo_environment(addresses)):
        return assemble(load_settings(DEMO_CONFIG))


def providers() -> Mapping[str, Provider]:
    """One of each vendor, by kind."""
    return {each.kind.value: each for each in _gateway().providers.values()}


@cache
def methods_at(path: str) -> frozenset[str]:
    """What the application serves at a path; nothing where there is none. It is told for a method that is not served there, so that
    nothing is done.
    """

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(_gateway().application)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            return await client.options(path)

    answer = asyncio.run(ask())
    return frozenset(answer.headers["allow"].split(", ")) if answer.status_code == 405 else frozenset()
