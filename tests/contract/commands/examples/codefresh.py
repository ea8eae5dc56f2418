"""Codefresh: everything that can be changed there."""

from tests.contract.commands.examples import codefresh_parts, codefresh_pipelines, codefresh_runs, codefresh_triggers

EXAMPLES = (
    *codefresh_runs.EXAMPLES,
    *codefresh_pipelines.EXAMPLES,
    *codefresh_triggers.EXAMPLES,
    *codefresh_parts.EXAMPLES,
)
