"""How an endpoint is declared, and what its handler gets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

import msgspec

from gateway.providers.nuvo.simulator.errors import bad_request
from gateway.providers.nuvo.simulator.identities import Identity
from gateway.providers.nuvo.simulator.settings import SimulatorSettings
from gateway.providers.nuvo.simulator.tokens import Tokens
from gateway.providers.nuvo.simulator.world import World
from gateway.simulation.clock import Clock
from gateway.simulation.messages import Request, Response

B = TypeVar("B", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class State:
    """What the handlers of one running simulator share."""

    world: World
    settings: SimulatorSettings
    tokens: Tokens
    clock: Clock

    @property
    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose token is good."""

    request: Request
    params: Mapping[str, str]
    identity: Identity

    def body(self, kind: type[B]) -> B:
        return read_body(self.request, kind)


Handler: TypeAlias = Callable[[State, Asked], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`template` is below the base path and without a slash at its end."""

    method: str
    template: str
    handler: Handler


def read_body(request: Request, kind: type[B]) -> B:
    """400 unless the body is JSON of this form and says so."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise bad_request("The body must be JSON")
    try:
        return msgspec.json.decode(request.body, type=kind)
    except msgspec.MsgspecError as error:
        raise bad_request(f"The body is not as expected: {error}") from None
