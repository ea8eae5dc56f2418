"""A whole account, made of a profile and a seed."""

from datetime import datetime, timedelta
from random import Random

from gateway.providers.nuvo.simulator.data.history import even_history, lived_in_history
from gateway.providers.nuvo.simulator.data.profiles import PipelinePlan, plan_account
from gateway.providers.nuvo.simulator.documents import Document
from gateway.providers.nuvo.simulator.identities import ANA, OPS
from gateway.providers.nuvo.simulator.object_ids import ObjectIds
from gateway.providers.nuvo.simulator.pipeline import Pipeline
from gateway.providers.nuvo.simulator.timestamps import whole_ms
from gateway.providers.nuvo.simulator.world import World

CANARY = "CANARY-SECRET-"
"""Every secret of the account begins with it, so that a test can prove that none of them passes on."""


def make_world(profile: str, seed: int, start: datetime) -> World:
    """A function of its arguments alone; ValueError for an unknown profile."""
    random = Random(f"{seed}:nuvo:account")
    ids = ObjectIds(random)
    plans = plan_account(profile)
    made = [(plan, _pipeline(plan, place, start, ids)) for place, plan in enumerate(plans)]
    history = even_history if profile == "even" else lived_in_history
    return World(
        pipelines=[pipeline for plan, pipeline in made if not plan.deleted],
        executions=history(made, start, ids, Random(f"{seed}:nuvo:history")),
        connectors=[row for plan, pipeline in made for row in _connectors(plan, pipeline)],
        templates=[_template(plan, pipeline) for plan, pipeline in made[:2]],
        tdms=[{"id": pipeline.tdm, "name": f"{plan.name} model", "columns": ["email"]} for plan, pipeline in made],
        random=Random(f"{seed}:nuvo:later"),
        ids=ids,
    )


def _pipeline(plan: PipelinePlan, place: int, start: datetime, ids: ObjectIds) -> Pipeline:
    """All were made before the oldest execution, one a day."""
    created_at = whole_ms(start - timedelta(days=200 - place))
    return Pipeline(
        id=ids.mint(created_at),
        name=plan.name,
        active=plan.active,
        source=plan.source,
        owner=plan.owner,
        configuration_id=ids.mint(created_at),
        input_connector=ids.mint(created_at),
        output_connector=ids.mint(created_at),
        tdm=ids.mint(created_at),
        created_at=created_at,
        updated_at=created_at + timedelta(days=3),
        updated_by=ANA if plan.owner is OPS else plan.owner,
        frequency=plan.frequency,
        developer_mode=plan.developer_mode,
    )


def _connectors(plan: PipelinePlan, pipeline: Pipeline) -> list[Document]:
    configuration: Document = {"file_name": f"{plan.name}.csv", "file_extension": "CSV"}
    if plan.source in ("FTP", "SFTP"):
        configuration = {
            "host": "files.example.com",
            "port": 22,
            "protocol": plan.source,
            "username": "acme",
            "password": f"{CANARY}password",
            "directory_path": "/in",
        }
    node = "FTP" if plan.source == "SFTP" else plan.source
    trigger = {"SCHEDULED": "TIME_BASE", "EVENT": "EVENT_BASE"}.get(plan.trigger, "EVENT_BASE")
    source: Document = {
        "id": pipeline.input_connector,
        "name": f"{plan.name} source",
        "type": "INPUT",
        "node_type": node,
        "trigger_type": trigger,
        "configuration": configuration,
    }
    destination: Document = {
        "id": pipeline.output_connector,
        "name": f"{plan.name} destination",
        "type": "OUTPUT",
        "node_type": "HTTP",
        "configuration": {"url": f"https://destination.example.com/?key={CANARY}url"},
    }
    return [source, destination]


def _template(plan: PipelinePlan, pipeline: Pipeline) -> Document:
    return {
        "id": pipeline.tdm[:8] + "0" * 16,
        "name": f"{plan.name} template",
        "pipeline_name": plan.name,
        "input_connectors": [pipeline.input_connector],
        "output_connectors": [pipeline.output_connector],
        "tdm": pipeline.tdm,
        "error_config": {"error_threshold": pipeline.error_threshold},
        "schedule_config": {"frequency": plan.frequency or "DAILY", "interval": 1},
    }
