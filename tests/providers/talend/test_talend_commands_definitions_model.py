"""Random sequences of commands about definitions, with a read behind each: what is shown is what a simple model of the tenant holds."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import UNSET, UnsetType

from gateway.domain import mutation_errors
from gateway.domain.commands.command import Command, Variable
from gateway.domain.commands.data_connections import CreateDataConnection, DeleteDataConnection, UpdateDataConnection
from gateway.domain.commands.places import (
    CreateEnvironment,
    CreateWorkspace,
    DeleteEnvironment,
    DeleteWorkspace,
    UpdateEnvironment,
    UpdateWorkspace,
)
from gateway.domain.commands.promotions import AssignPromotionUser, CreatePromotion, DeletePromotion, UpdatePromotion
from gateway.domain.data_connection import DataConnection
from gateway.domain.environment import Environment
from gateway.domain.errors import NotFoundError
from gateway.domain.keys import DataConnectionKey, EnvironmentKey, Key, PromotionKey, WorkspaceKey
from gateway.domain.mutation_errors import MutationProblem
from gateway.domain.promotion import Promotion, PromotionUsers
from gateway.domain.workspace import Workspace
from gateway.providers.talend.simulator import simulator
from gateway.providers.talend.simulator.settings import SimulatorSettings
from gateway.simulation.clock import ManualClock
from gateway.simulation.server import start
from tests.contract.commands.example import Stage
from tests.providers.talend.conftest import NOW
from tests.providers.talend.definitions_told import stage_on
from tests.providers.talend.opened import NAME, open_provider

T = TypeVar("T")

NAMES = st.sampled_from(["Alpha", "Beta", "Gamma"])
DESCRIPTIONS = st.sampled_from([UNSET, None, "Words"])
NEW_NAMES = st.sampled_from([UNSET, "Alpha", "Gamma"])
PLACES = st.integers(0, 2)
VALUES = st.sampled_from(["one", "two"])


@dataclass
class Place:
    """An environment or a workspace, as it should be shown."""

    name: str
    description: str | None = None
    number: int = 0  # containers of an environment, whether artifacts of a workspace are protected
    inside: EnvironmentKey | None = None


@dataclass
class Wire:
    """A connection: parameters by name, with whether they are encrypted."""

    name: str
    home: WorkspaceKey
    parameters: dict[str, tuple[str, bool]] = field(default_factory=dict)


@dataclass
class Way:
    """A promotion."""

    ends: tuple[EnvironmentKey, EnvironmentKey]
    description: str | None = None
    users: tuple[str, ...] = ()


async def close(stage: Stage) -> None:
    await stage.provider.close()


def chosen(known: Sequence[T], at: int) -> T:
    """The first ones more often than others."""
    return known[at % len(known)]


class Definitions(RuleBasedStateMachine):
    """Its own environments, next to those that the tenant has anyway. What was removed is still asked for."""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.runner = self.stack.enter_context(asyncio.Runner())
        definition = simulator(SimulatorSettings(past_runs=False))
        running = self.stack.enter_context(start(definition, profile="uneven", clock=ManualClock(NOW)))
        self.stage: Stage = stage_on(running, open_provider(running))
        self.places: dict[Key, Place] = {}
        self.wires: dict[DataConnectionKey, Wire] = {}
        self.ways: dict[PromotionKey, Way] = {}
        self.environments: list[EnvironmentKey] = []
        self.workspaces: list[WorkspaceKey] = []
        self.connections: list[DataConnectionKey] = []
        self.promotions: list[PromotionKey] = []
        self.touched: Key | None = None
        for name in ("Alpha", "Beta"):
            self.create_environment(name, 1)
        for name in ("Alpha", "Beta"):
            self.create_workspace(0, name)
        self.update_workspace(0, UNSET, UNSET, protected=True)
        self.create_connection(0, "Alpha", "one", secret=True)
        self.create_connection(1, "Alpha", "one", secret=False)
        self.create_promotion(0, 1)

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(step)

    def told(self, command: Command) -> MutationProblem | None:
        """What became of it: None when it went well."""
        performed = self.run(self.stage.perform(command))
        if performed.keys:
            self.touched = performed.keys[0]
        return performed.errors[0] if performed.errors else None

    def create_environment(self, name: str, containers: int) -> None:
        command = CreateEnvironment(provider=NAME, name=name, workspace_name="First", max_cloud_containers=containers)
        problem = self.told(command)
        if any(place.name == name for key, place in self.places.items() if isinstance(key, EnvironmentKey)):
            assert isinstance(problem, mutation_errors.ConflictError)
            return
        assert isinstance(self.touched, EnvironmentKey)
        self.places[self.touched] = Place(name, None, containers)
        self.environments.append(self.touched)

    def update_environment(
        self, at: int, name: str | UnsetType, description: str | UnsetType | None, containers: int | UnsetType
    ) -> None:
        key = chosen(self.environments, at)
        command = UpdateEnvironment(environment=key, name=name, description=description, max_cloud_containers=containers)
        self.check_update(self.told(command), key, name, description, containers)

    def delete_environment(self, at: int) -> None:
        key = chosen(self.environments, at)
        if key not in self.places:
            return
        problem = self.told(DeleteEnvironment(environment=key))
        if any(key in way.ends for way in self.ways.values()):
            assert isinstance(problem, mutation_errors.ConflictError)
            return
        assert problem is None
        self.forget(key, *[each for each, place in self.places.items() if place.inside == key])

    def create_workspace(self, at: int, name: str) -> None:
        home = chosen(self.environments, at)
        problem = self.told(CreateWorkspace(environment=home, name=name, description="New"))
        if home not in self.places:
            assert isinstance(problem, mutation_errors.NotFoundError)
        elif self.has(name, home, None):
            assert isinstance(problem, mutation_errors.ConflictError)
        else:
            assert isinstance(self.touched, WorkspaceKey)
            self.places[self.touched] = Place(name, "New", inside=home)
            self.workspaces.append(self.touched)

    def update_workspace(
        self, at: int, name: str | UnsetType, description: str | UnsetType | None, protected: bool | UnsetType
    ) -> None:
        key = chosen(self.workspaces, at)
        command = UpdateWorkspace(workspace=key, name=name, description=description, protected_artifacts=protected)
        self.check_update(self.told(command), key, name, description, protected)

    def delete_workspace(self, at: int) -> None:
        key = chosen(self.workspaces, at)
        if key in self.places:
            assert self.told(DeleteWorkspace(workspace=key)) is None
            self.forget(key)

    def create_connection(self, at: int, name: str, value: str, secret: bool) -> None:
        home = chosen(self.workspaces, at)
        parameters = (Variable("host", value), *((Variable("password", value, encrypted=True),) if secret else ()))
        problem = self.told(CreateDataConnection(workspace=home, name=name, app="MySQL", parameters=parameters))
        if home not in self.places:
            assert isinstance(problem, mutation_errors.NotFoundError)
        elif any((wire.name, wire.home) == (name, home) for wire in self.wires.values()):
            assert isinstance(problem, mutation_errors.ConflictError)
        else:
            assert isinstance(self.touched, DataConnectionKey)
            self.wires[self.touched] = Wire(name, home, {each.name: (each.value, each.encrypted) for each in parameters})
            self.connections.append(self.touched)

    def update_connection(self, at: int, given: dict[str, str]) -> None:
        key = chosen(self.connections, at)
        parameters = tuple(Variable(name, value) for name, value in given.items())
        problem = self.told(UpdateDataConnection(data_connection=key, parameters=parameters))
        if key not in self.wires:
            assert isinstance(problem, mutation_errors.NotFoundError)
            return
        wire = self.wires[key]
        if any(encrypted and name not in given for name, (_, encrypted) in wire.parameters.items()):
            assert isinstance(problem, mutation_errors.InvalidInputError)
            return
        assert problem is None
        for name, value in given.items():
            wire.parameters[name] = (value, wire.parameters.get(name, ("", False))[1])

    def delete_connection(self, at: int) -> None:
        key = chosen(self.connections, at)
        problem = self.told(DeleteDataConnection(data_connection=key))
        assert (problem is None) is (key in self.wires)
        self.wires.pop(key, None)

    def create_promotion(self, at: int, to: int) -> None:
        source, target = chosen(self.environments, at), chosen(self.environments, to)
        problem = self.told(CreatePromotion(source_environment=source, target_environment=target, description="New"))
        if source == target:
            assert isinstance(problem, mutation_errors.InvalidInputError)
        elif not {source, target} <= self.places.keys():
            assert isinstance(problem, mutation_errors.NotFoundError)
        elif any(way.ends == (source, target) for way in self.ways.values()):
            assert isinstance(problem, mutation_errors.ConflictError)
        else:
            assert isinstance(self.touched, PromotionKey)
            self.ways[self.touched] = Way((source, target), "New")
            self.promotions.append(self.touched)

    @rule(at=PLACES, description=st.sampled_from(["", "Words"]), user=st.sampled_from(["ann", "bob"]))
    def describe_and_assign(self, at: int, description: str, user: str) -> None:
        key = chosen(self.promotions, at)
        described = self.told(UpdatePromotion(promotion=key, description=description))
        assigned = self.told(AssignPromotionUser(promotion=key, user_id=user))
        if key not in self.ways:
            assert isinstance(described, mutation_errors.NotFoundError)
            assert isinstance(assigned, mutation_errors.NotFoundError)
            return
        way = self.ways[key]
        assert described is None
        assert isinstance(assigned, mutation_errors.ConflictError) is (user in way.users)
        way.description = description
        way.users = tuple(dict.fromkeys((*way.users, user)))

    def delete_promotion(self, at: int) -> None:
        key = chosen(self.promotions, at)
        problem = self.told(DeletePromotion(promotion=key))
        assert (problem is None) is (key in self.ways)
        self.ways.pop(key, None)

    def check_update(
        self,
        problem: MutationProblem | None,
        key: Key,
        name: str | UnsetType,
        description: str | UnsetType | None,
        number: int | UnsetType,
    ) -> None:
        place = self.places.get(key)
        if place is None:
            assert isinstance(problem, mutation_errors.NotFoundError)
            return
        if not isinstance(name, UnsetType) and self.has(name, place.inside, key):
            assert isinstance(problem, mutation_errors.ConflictError)
            return
        assert problem is None
        place.name = place.name if isinstance(name, UnsetType) else name
        place.description = place.description if isinstance(description, UnsetType) else description
        place.number = place.number if isinstance(number, UnsetType) else int(number)

    @rule(
        what=st.sampled_from(["environment", "workspace", "connection", "promotion"]),
        at=PLACES,
        to=PLACES,
        name=NAMES,
        odd=st.booleans(),
    )
    def create(self, what: str, at: int, to: int, name: str, odd: bool) -> None:
        match what:
            case "environment":
                self.create_environment(name, to)
            case "workspace":
                self.create_workspace(at, name)
            case "connection":
                self.create_connection(at, name, "two", secret=odd)
            case _:
                self.create_promotion(at, to)

    @rule(at=PLACES, name=NEW_NAMES, description=DESCRIPTIONS, number=st.sampled_from([UNSET, 0, 1]))
    def update_places(self, at: int, name: str | UnsetType, description: str | UnsetType | None, number: int | UnsetType) -> None:
        self.update_workspace(at, name, description, UNSET if isinstance(number, UnsetType) else bool(number))
        self.check_touched()
        self.update_environment(at, name, description, number)

    @rule(what=st.sampled_from(["environment", "workspace", "connection", "promotion"]), at=PLACES)
    def delete(self, what: str, at: int) -> None:
        match what:
            case "environment":
                self.delete_environment(at)
            case "workspace":
                self.delete_workspace(at)
            case "connection":
                self.delete_connection(at)
            case _:
                self.delete_promotion(at)

    @rule(at=PLACES, given=st.dictionaries(st.sampled_from(["host", "port", "password"]), VALUES, min_size=1))
    def update_connections(self, at: int, given: dict[str, str]) -> None:
        self.update_connection(at, given)

    @invariant()
    def what_was_touched_is_shown_as_it_is(self) -> None:
        if hasattr(self, "stage"):
            self.check_touched()

    def check_touched(self) -> None:
        if self.touched is not None:
            self.run(self.check(self.touched))
            self.touched = None

    async def check(self, key: Key) -> None:
        known: dict[Any, Any] = {**self.places, **self.wires, **self.ways}
        try:
            shown = await self.stage.read(key)
        except NotFoundError:
            assert key not in known
            return
        should = known[key]
        match shown:
            case Environment():
                assert (shown.name, shown.description, shown.max_cloud_containers) == (
                    should.name,
                    should.description,
                    should.number,
                )
            case Workspace():
                assert (shown.name, shown.description, shown.protected_artifacts) == (
                    should.name,
                    should.description,
                    bool(should.number),
                )
            case DataConnection():
                values = {each.name: (each.value, each.encrypted) for each in shown.parameters}
                assert values == {
                    name: (None if name == "password" else value, secret) for name, (value, secret) in should.parameters.items()
                }
            case Promotion():
                assert self.stage.provider.promotions is not None
                assert (shown.description or "") == should.description
                [users] = await self.stage.provider.promotions.users_of([shown.key], frozenset())
                assert users == PromotionUsers(should.users)
            case _:
                raise AssertionError(shown)

    def has(self, name: str, inside: EnvironmentKey | None, but: Key | None) -> bool:
        """Whether another one there has the name. The workspace that comes with an environment has one of its own."""
        return any((place.name, place.inside) == (name, inside) for key, place in self.places.items() if key != but)

    def forget(self, *places: Key) -> None:
        for key in places:
            del self.places[key]
            for wire in [each for each, found in self.wires.items() if found.home == key]:
                del self.wires[wire]

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            self.run(close(self.stage))
            self.stack.close()


TestDefinitions = Definitions.TestCase
TestDefinitions.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
