"""Environments, workspaces, projects, engines."""

from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.demo.maker import Maker
from gateway.providers.talend.simulator.records import add_environment, add_project, add_workspace

_ENVIRONMENTS = (
    ("Development", "Where jobs are written and tried", 2, True),
    ("Staging", "Rehearsals with last week's data", 1, False),
    ("Production", None, 6, False),
)

# Environment, name, kind, owner, description, artifacts protected.
_WORKSPACES = (
    ("Development", "Common Components", "Shared", "skimura", "Joblets and jobs that every team uses", False),
    ("Development", "Maria Reyes", "Personal", "mreyes", None, False),
    ("Development", "Retail Analytics", "Custom", "tokafor", "Sales, stock and customers", False),
    ("Staging", "Retail Analytics", "Custom", "tokafor", "Frozen while a release is rehearsed", True),
    ("Production", "Retail Analytics", "Custom", "tokafor", "Sales, stock and customers", False),
    ("Production", "Finance", "Custom", "jlindgren", None, False),
)

_PROJECTS = (
    ("Retail Mart", "tokafor", "Loads and marts of the shops"),
    ("Customer 360", "mreyes", "Customer records from all channels"),
    ("Finance Close", "jlindgren", "Month-end and quarter-end jobs"),
    ("Stock Feeds", "tokafor", None),
    ("Clickstream", "skimura", "Streaming from the web shop"),
    ("Partner Interfaces", "mreyes", "Routes and services for suppliers"),
    ("Shared Joblets", "skimura", None),
    ("Legacy Warehouse", "fupton", "Kept until the old warehouse is switched off"),
)

# Name, environment/workspace, availability, cluster.
_ENGINES = (
    ("prod-engine-a", "Production/Retail Analytics", "AVAILABLE", "prod-cluster"),
    ("prod-engine-b", "Production/Retail Analytics", "AVAILABLE", "prod-cluster"),
    ("finance-engine", "Production/Finance", "AVAILABLE", None),
    ("dev-engine", "Development/Retail Analytics", "NOT_AVAILABLE", None),
    ("warehouse-engine-old", "Production/Finance", "RETIRED", None),
)


def make_places(maker: Maker) -> None:
    tenant = maker.tenant
    for position, (name, description, containers, default) in enumerate(_ENVIRONMENTS):
        environment_id = maker.object_id(900 - 40 * position)
        add_environment(tenant, environment_id, name, description=description, containers=containers, default=default)
    for position, (environment, name, kind, owner, about, protected) in enumerate(_WORKSPACES):
        age = 880 - 35 * position
        workspace_id = maker.object_id(age)
        maker.workspaces[f"{environment}/{name}"] = workspace_id
        add_workspace(
            tenant,
            workspace_id,
            name,
            maker.environment(environment),
            owner=owner,
            created=maker.days_ago(age),
            kind=kind,
            description=about,
            protected=protected,
        )
    _make_projects(maker)
    _make_engines(maker)


def _make_projects(maker: Maker) -> None:
    for position, (name, owner, description) in enumerate(_PROJECTS):
        age = 860 - 90 * position
        project_id = maker.object_id(age)
        add_project(
            maker.tenant,
            project_id,
            name,
            owner=owner,
            author="skimura",
            url=f"https://git.acme.example/data/{name.lower().replace(' ', '-')}.git",
            created=maker.days_ago(age),
            description=description,
        )
        maker.tenant.project_users[project_id] += sorted({owner, "mreyes"})
        maker.tenant.project_groups[project_id] += ["data-engineers"] if position % 2 else []


def _make_engines(maker: Maker) -> None:
    tenant = maker.tenant
    clusters: dict[str, Document] = {}
    for position, (name, place, availability, cluster) in enumerate(_ENGINES):
        engine_id = maker.object_id(700 - 50 * position)
        workspace = tenant.workspace_infos[maker.workspaces[place]]
        engine: Document = {"id": engine_id, "name": name, "availability": availability, "workspace": workspace}
        if cluster is not None:
            if cluster not in clusters:
                cluster_id = maker.object_id(710)
                clusters[cluster] = {"id": cluster_id, "name": cluster, "workspace": workspace, "engines": []}
                tenant.clusters[cluster_id] = clusters[cluster]
            clusters[cluster]["engines"].append(engine_id)
            engine["clusterId"] = clusters[cluster]["id"]
        tenant.engines[engine_id] = engine
