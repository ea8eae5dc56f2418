"""Promotions and their reports as domain values."""

from collections.abc import Sequence

from gateway.domain.promotion import Promotion, PromotionUsers
from gateway.domain.promotion_report import (
    ItemReport,
    PromotedItem,
    PromotedWorkspace,
    PromotionReport,
    ReportMessage,
    ReportStatus,
)
from gateway.domain.run import RunStatus
from gateway.providers.talend import promotion_wire as wire
from gateway.providers.talend.keys import Origin
from gateway.providers.talend.mapping import to_actor, utc

# `ANALIZED` is the vendor's spelling; the right one is taken too, should it ever be mended.
PROMOTION_STATUSES: dict[str, RunStatus] = {
    "ANALIZED": RunStatus.SUCCEEDED,
    "ANALYZED": RunStatus.SUCCEEDED,
    "PROMOTION_STARTED": RunStatus.RUNNING,
    "PROMOTION_WARNING": RunStatus.SUCCEEDED,
    "PROMOTION_FAILED": RunStatus.FAILED,
    "PROMOTED": RunStatus.SUCCEEDED,
}
WARNING = "PROMOTION_WARNING"

REPORT_STATUSES: dict[str, ReportStatus] = {
    "CREATED": ReportStatus.CREATED,
    "REPLACED": ReportStatus.REPLACED,
    "REUSED": ReportStatus.REUSED,
    "FAILED": ReportStatus.FAILED,
    "SKIPPED": ReportStatus.SKIPPED,
}


def promotion_status(native: str | None) -> RunStatus:
    """Of a promotion's run, or of its analysis. An unknown word is UNKNOWN."""
    return RunStatus.UNKNOWN if native is None else PROMOTION_STATUSES.get(native, RunStatus.UNKNOWN)


def to_promotion(row: wire.Promotion, origin: Origin, *, whole: bool) -> Promotion:
    """`whole` is False for rows of the list, which leave out the description."""
    source, target = row.source_environment, row.target_environment
    return Promotion(
        key=origin.promotion(row.executable),
        external_id=row.executable,
        name=row.name or row.executable,
        description=row.description,
        source_environment=origin.environment(source.id) if source is not None else None,
        target_environment=origin.environment(target.id) if target is not None else None,
        whole=whole,
    )


def to_users(users: wire.PromotionUsers) -> PromotionUsers:
    return PromotionUsers(tuple(users.user_ids or ()), tuple(users.service_account_ids or ()))


def to_report(told: wire.PromotionExecution) -> PromotionReport:
    advanced = told.advanced or wire.AdvancedSpec()
    return PromotionReport(
        external_id=told.execution_id,
        status=promotion_status(told.status),
        native_status=told.status,
        message=told.status_message,
        defective=told.defective,
        keep_target_resources=told.keep_target_resources,
        keep_target_run_profiles=told.keep_target_run_profiles,
        artifact_id=advanced.artifact_id,
        artifact_type=advanced.artifact_type,
        context=told.context,
        actor=to_actor(told.user_id, told.user_type),
        triggered_at=utc(told.trigger_timestamp),
        started_at=utc(told.start_timestamp),
        finished_at=utc(told.finish_timestamp),
        workspaces=tuple(_workspace(each) for each in told.workspaces or ()),
        engines=_items(told.engines),
        clusters=_items(told.clusters),
    )


def _workspace(result: wire.WorkspaceResult) -> PromotedWorkspace:
    return PromotedWorkspace(
        external_id=result.id,
        target_id=result.target_id,
        name=result.name,
        type=result.type,
        workspace_type=result.workspace_type,
        analysis=_report(result.analyze_report),
        promotion=_report(result.promotion_report),
        tasks=_items(result.flows),
        plans=_items(result.plans),
        artifacts=_items(result.actions),
        connections=_items(result.connections),
        resources=_items(result.resources),
        engines=_items(result.engines),
        clusters=_items(result.clusters),
    )


def _items(items: Sequence[wire.Item] | None) -> tuple[PromotedItem, ...]:
    return tuple(_item(each) for each in items or ())


def _item(item: wire.Item) -> PromotedItem:
    return PromotedItem(
        external_id=item.id,
        target_id=item.target_id,
        name=item.name,
        type=item.type,
        version=None if item.version is None else str(item.version),
        target_version=None if item.target_version is None else str(item.target_version),
        job_type=item.job_type,
        workspace_id=item.workspace_id,
        artifact_id=item.artifact_id,
        analysis=_report(item.analyze_report),
        promotion=_report(item.promotion_report),
        used_by=_items(item.used_by),
        versions=_items(item.versions),
        run_profiles=_items(item.run_profiles),
    )


def _report(report: wire.Report | None) -> ItemReport | None:
    if report is None:
        return None
    status = REPORT_STATUSES.get(report.status or "", ReportStatus.UNKNOWN)
    return ItemReport(
        status=status,
        native_status=report.status,
        messages=tuple(ReportMessage(message.info, message.level) for message in report.messages or ()),
    )
