"""What a vendor exports so that tests and the command line can start its simulator."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.types import ASGIApp

from gateway.simulation.clock import Clock
from gateway.simulation.control import Control

PROFILES = ("uneven", "even")

Build: TypeAlias = Callable[[str, int, Clock, Control], ASGIApp]
"""(profile, seed, clock, control) -> app. `control.origin` is set by then; links in answers start with it."""


@dataclass(frozen=True, slots=True)
class SimulatorDefinition:
    """Each vendor's `simulator/__init__.py` exports one as `SIMULATOR`.

    The app gets the whole raw path, base path included. Paths under `/__control/` that the shared middleware does
    not know reach the app too, neither recorded nor disturbed by faults, so a vendor can add control routes.
    """

    kind: str
    default_port: int
    base_path: str  # "" or "/v2", without a trailing slash
    token: str = field(repr=False)  # the credential that may do everything
    build: Build
