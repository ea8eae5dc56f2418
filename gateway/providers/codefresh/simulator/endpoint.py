"""How an endpoint is declared: its address, the scope it needs, the parameters it takes, its handler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gateway.providers.codefresh.simulator.keys import Access, ApiKey
from gateway.providers.codefresh.simulator.query import Parameters, Query
from gateway.providers.codefresh.simulator.state import State
from gateway.simulation.messages import Response

NO_PARAMETERS = Parameters()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that passed authentication, scopes and the check of its parameters."""

    params: Mapping[str, str]  # captured from the path, percent-decoded once
    query: Query
    headers: Mapping[str, str]
    key: ApiKey
    body: bytes


Handler: TypeAlias = Callable[[State, Asked], Response]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`resource` None: any valid key will do. Methods say nothing of `access`: some of the vendor's GETs write."""

    method: str
    template: str  # below the base path
    handler: Handler
    resource: str | None
    accepts: Parameters = NO_PARAMETERS
    access: Access = Access.READ
