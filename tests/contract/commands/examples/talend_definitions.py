"""All that can be changed of Talend's definitions, joined."""

from tests.contract.commands.examples import (
    talend_artifacts,
    talend_connections,
    talend_environments,
    talend_projects,
    talend_promotions,
    talend_workspaces,
)

EXAMPLES = (
    *talend_projects.EXAMPLES,
    *talend_environments.EXAMPLES,
    *talend_workspaces.EXAMPLES,
    *talend_connections.EXAMPLES,
    *talend_artifacts.EXAMPLES,
    *talend_promotions.EXAMPLES,
)
