"""Triggers of both kinds as domain values. Webhook addresses and secrets are not even decoded."""

from collections.abc import Iterable

from gateway.domain.trigger import Trigger, TriggerType
from gateway.providers.codefresh import wire
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.mapping import utc

GIT, CRON, EVENT = "git", "cron", "event"
"""Where a trigger is kept, in its key: lists of the pipeline's definition, or the trigger manager."""
OWN = (GIT, CRON)

EVENT_TYPES: dict[str, TriggerType] = {
    "registry": TriggerType.REGISTRY,
    "helm": TriggerType.HELM,
    "cron": TriggerType.CRON,
}


def to_own_triggers(row: wire.Pipeline, origin: Origin) -> list[Trigger]:
    """Those in the pipeline's definition, git triggers first."""
    spec = row.spec or wire.PipelineSpec()
    git = [_git(each, place, row.metadata.id, origin) for place, each in enumerate(spec.triggers or ())]
    return [*git, *(_cron(each, place, row.metadata.id, origin) for place, each in enumerate(spec.cron_triggers or ()))]


def to_event_triggers(links: Iterable[wire.EventLink], own: Iterable[Trigger], origin: Origin) -> list[Trigger]:
    """Those of the trigger manager. A cron trigger of the definition can have its event there too: it is one trigger."""
    known = {trigger.event_uri for trigger in own}
    return [_event(link, origin) for link in links if link.event not in known]


def _git(row: wire.GitTrigger, place: int, pipeline_id: str, origin: Origin) -> Trigger:
    trigger_id = row.id or row.name or str(place)
    return Trigger(
        key=origin.trigger(pipeline_id, GIT, trigger_id),
        external_id=trigger_id,
        pipeline=origin.pipeline(pipeline_id),
        type=TriggerType.GIT if row.type in (None, "git") else TriggerType.UNKNOWN,
        native_type=row.type,
        name=row.name,
        description=row.description,
        disabled=bool(row.disabled),
        events=tuple(row.events or ()),
        repository=row.repo,
        branch_pattern=row.branch_regex,
        integration_context=row.context,
        last_fired_at=utc(row.last_fired_at),
    )


def _cron(row: wire.CronTrigger, place: int, pipeline_id: str, origin: Origin) -> Trigger:
    trigger_id = row.id or row.name or str(place)
    return Trigger(
        key=origin.trigger(pipeline_id, CRON, trigger_id),
        external_id=trigger_id,
        pipeline=origin.pipeline(pipeline_id),
        type=TriggerType.CRON if row.type in (None, "cron") else TriggerType.UNKNOWN,
        native_type=row.type,
        name=row.name,
        description=row.description,
        disabled=bool(row.disabled),
        branch_pattern=row.branch,
        cron_expression=row.expression,
        message=row.message,
        event_uri=row.event,
    )


def _event(link: wire.EventLink, origin: Origin) -> Trigger:
    """The address says it all: `type:kind:values...:account`. The data behind it, secret included, is not asked for."""
    kind, _, rest = link.event.partition(":")
    native, _, rest = rest.partition(":")
    values = rest.rpartition(":")[0]
    event_type = EVENT_TYPES.get(kind, TriggerType.UNKNOWN)
    expression = message = repository = None
    events: tuple[str, ...] = ()
    if event_type is TriggerType.CRON:
        expression, _, message = values.partition(":")
    elif event_type is not TriggerType.UNKNOWN:
        place, _, action = values.rpartition(":")
        repository, events = place.replace(":", "/") or None, (action,) if action else ()
    return Trigger(
        key=origin.trigger(link.pipeline, EVENT, link.event),
        external_id=link.event,
        pipeline=origin.pipeline(link.pipeline),
        type=event_type,
        native_type=f"{kind}:{native}" if native else kind,
        events=events,
        repository=repository,
        cron_expression=expression or None,
        message=message or None,
        event_uri=link.event,
    )
