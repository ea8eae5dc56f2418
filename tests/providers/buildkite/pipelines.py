"""Pipelines as tests of commands want them."""

from gateway.domain.commands.pipelines import CreatePipeline
from gateway.domain.keys import ClusterKey, PipelineKey, WorkspaceKey
from gateway.providers.buildkite.simulator.data import Pipeline as SimulatedPipeline
from tests.contract.commands.examples.buildkite_ground import ORGANIZATION, YAML
from tests.providers.buildkite.commanded import BuildkiteStage

REPOSITORY = "git@github.com:acme/shop.git"


def creation(stage: BuildkiteStage, organization: str | None = ORGANIZATION, **given: object) -> CreatePipeline:
    workspace = None if organization is None else WorkspaceKey(stage.provider.name, (organization,))
    members = {"name": stage.name("Shop"), "repository": REPOSITORY, "yaml": YAML, "workspace": workspace} | given
    return CreatePipeline(provider=stage.provider.name, **members)


def cluster_of(stage: BuildkiteStage) -> ClusterKey:
    return ClusterKey(stage.provider.name, ("acme", stage.app.world.organizations[0].clusters[0].id))


def row_of(stage: BuildkiteStage, key: PipelineKey) -> SimulatedPipeline:
    organization = stage.app.world.organization(key.parts[0])
    assert organization is not None
    return next(found for found in organization.pipelines if found.id == key.parts[2])
