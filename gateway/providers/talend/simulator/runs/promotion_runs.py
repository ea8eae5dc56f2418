"""All runs of promotions. The vendor finds them by id only."""

from datetime import datetime, timedelta
from typing import Any

from gateway.providers.talend.simulator.credentials import FULL_TOKEN, Caller
from gateway.providers.talend.simulator.data import Document, Tenant
from gateway.providers.talend.simulator.identifiers import seeded, uuid4
from gateway.providers.talend.simulator.promotion.analysis import analyze
from gateway.providers.talend.simulator.promotion.performing import perform
from gateway.providers.talend.simulator.runs.promotion_run import (
    ANALYSED,
    FAILED,
    FINAL,
    PROMOTED,
    STARTED,
    WARNING,
    PromotionOptions,
    PromotionRun,
)

EXECUTION_TAKES = timedelta(seconds=25)
ANALYSIS_TAKES = timedelta(milliseconds=800)


class PromotionRuns:
    """`past` names the runs that were there at the start: one of every status."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._random = seeded(tenant.seed, "promotion runs")
        self._by_id: dict[str, PromotionRun] = {}
        self._due: list[PromotionRun] = []  # executions that will change their target
        self._scripted: dict[str, str] = {}
        self.past: list[str] = []
        self._remember()

    def get(self, run_id: str) -> PromotionRun | None:
        return self._by_id.get(run_id)

    def script(self, promotion_id: str, status: str) -> None:
        """How the next execution ends. ValueError for a status that is not final."""
        if status not in FINAL:
            raise ValueError(f"{status} is no final status of an execution")
        self._scripted[promotion_id] = status

    def report(self, promotion_id: str, options: PromotionOptions) -> Document:
        promotion = self._tenant.promotions[promotion_id]
        return analyze(self._tenant, promotion, options.selection, keep_target_resources=options.keep_target_resources)

    def analyse(self, promotion_id: str, options: PromotionOptions, caller: Caller) -> PromotionRun:
        """Whatever it finds, it is over when it is answered."""
        now = self._tenant.now()
        return self._keep(promotion_id, caller, now - ANALYSIS_TAKES, now, ANALYSED, options)

    def execute(self, promotion_id: str, options: PromotionOptions, caller: Caller) -> PromotionRun:
        """Of a promotion that is not defective. The target changes when the run is over."""
        now = self._tenant.now()
        run = self._keep(promotion_id, caller, now, now + EXECUTION_TAKES, None, options)
        if run.ends_as != FAILED:
            self._due.append(run)
        return run

    def settle(self, now: datetime) -> None:
        """The targets of executions that are over by now have changed."""
        for run in [run for run in self._due if run.finishes_at <= now]:
            self._due.remove(run)
            promotion = self._tenant.promotions.get(run.promotion_id)
            if promotion is not None:
                perform(self._tenant, promotion, run.report)

    def _keep(
        self,
        promotion_id: str,
        caller: Caller,
        at: datetime,
        until: datetime,
        ends_as: str | None,
        options: PromotionOptions,
    ) -> PromotionRun:
        """`ends_as` None: as scripted, else with a warning if the report holds one."""
        report = self.report(promotion_id, options)
        if ends_as is None:
            ends_as = self._scripted.pop(promotion_id, WARNING if "WARN" in _levels(report) else PROMOTED)
        run = PromotionRun(uuid4(self._random), promotion_id, caller, at, until, ends_as, options, report)
        self._by_id[run.id] = run
        return run

    def _remember(self) -> None:
        """What the past ones did is in the data already."""
        start = self._tenant.clock.start
        promotions = [key for key in self._tenant.promotions if not self.report(key, PromotionOptions())["defective"]]
        for number, status in enumerate((ANALYSED, WARNING, FAILED, PROMOTED, STARTED) if promotions else ()):
            at = start - (timedelta(seconds=5) if status == STARTED else timedelta(days=3 * number + 1))
            ends_as = PROMOTED if status == STARTED else status
            options = PromotionOptions(context=f"change {4_211 + number}")
            promotion_id = promotions[number % len(promotions)]
            run = self._keep(promotion_id, FULL_TOKEN.caller, at, at + EXECUTION_TAKES, ends_as, options)
            if status in (WARNING, PROMOTED):
                _mark_done(run.report)
            self.past.append(run.id)


def _levels(value: Any) -> set[str]:
    """Of all messages anywhere in a report."""
    if isinstance(value, list):
        return {level for each in value for level in _levels(each)}
    if not isinstance(value, dict):
        return set()
    own = {value["level"]} if "level" in value else set()
    return own.union(*(_levels(each) for each in value.values()))


def _mark_done(value: Any) -> None:
    """Puts what was done beside what was announced: all of it."""
    if isinstance(value, list):
        for each in value:
            _mark_done(each)
    elif isinstance(value, dict):
        for each in value.values():
            _mark_done(each)
        if "analyzeReport" in value:
            value["promotionReport"] = value["analyzeReport"]
