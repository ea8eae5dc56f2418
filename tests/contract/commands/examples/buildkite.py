"""Buildkite: everything that can be changed there."""

from tests.contract.commands.examples import buildkite_parts, buildkite_pipelines, buildkite_runs

EXAMPLES = (*buildkite_runs.EXAMPLES, *buildkite_pipelines.EXAMPLES, *buildkite_parts.EXAMPLES)
