"""One run of a promotion: an analysis, which changes nothing, or an execution."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.providers.talend.simulator.credentials import Caller
from gateway.providers.talend.simulator.data import Document
from gateway.providers.talend.simulator.identifiers import iso
from gateway.providers.talend.simulator.promotion.analysis import Selection

ANALYSED = "ANALIZED"  # spelt like this by the vendor
STARTED = "PROMOTION_STARTED"
WARNING = "PROMOTION_WARNING"
FAILED = "PROMOTION_FAILED"
PROMOTED = "PROMOTED"
FINAL = frozenset({WARNING, FAILED, PROMOTED})

_STARTS_AFTER = timedelta(milliseconds=400)
_MESSAGES = {
    STARTED: "The promotion is running",
    WARNING: "Promoted with warnings",
    FAILED: "The promotion failed",
    PROMOTED: "Promoted",
}
_CONTENT = ("workspaces", "engines", "clusters")


@dataclass(frozen=True, slots=True)
class PromotionOptions:
    selection: Selection | None = None
    keep_target_resources: bool = False
    keep_target_run_profiles: bool = False
    context: str | None = None


@dataclass(frozen=True, slots=True)
class PromotionRun:
    """`ends_as` is its status from `finishes_at` on; `report` is the part of the answer that is about content."""

    id: str
    promotion_id: str
    caller: Caller
    triggered_at: datetime
    finishes_at: datetime
    ends_as: str
    options: PromotionOptions
    report: Document

    def document(self, now: datetime) -> Document:
        """PromotionExecutionStatusV26."""
        over = now >= self.finishes_at
        status = self.ends_as if over else STARTED
        options, selection = self.options, self.options.selection
        document: Document = {
            "executionId": self.id,
            "triggerTimestamp": iso(self.triggered_at),
            "startTimestamp": iso(self.triggered_at + _STARTS_AFTER),
            "userId": self.caller.id,
            "userType": self.caller.type,
            "promotionId": self.promotion_id,
            "pipelineId": self.promotion_id,
            "keepTargetResources": options.keep_target_resources,
            "keepTargetRunProfiles": options.keep_target_run_profiles,
            "defective": self.report["defective"],
            "status": status,
            "statusMessage": _MESSAGES.get(status, self.report["statusMessage"]),
            # ASSUMED: what became of each object is told only when all is over; disproved by a report of a running one.
            **{key: self.report[key] if over else [] for key in _CONTENT},
        }
        if over:
            document["finishTimestamp"] = iso(self.finishes_at)
        if selection is not None:
            document["advanced"] = {"artifactId": selection.id, "artifactType": selection.kind}
        if options.context is not None:
            document["context"] = options.context
        return document
