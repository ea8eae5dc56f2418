"""Talend: all that can be changed there, joined."""

from tests.contract.commands.examples import talend_definitions, talend_pipelines, talend_runs, talend_schedules

EXAMPLES = (
    *talend_runs.EXAMPLES,
    *talend_pipelines.EXAMPLES,
    *talend_schedules.EXAMPLES,
    *talend_definitions.EXAMPLES,
)
