"""Triggers of a saved pipeline: what is wrong with them, and what the server fills in."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from gateway.providers.codefresh.simulator.bodies import as_objects
from gateway.providers.codefresh.simulator.canary import secret
from gateway.providers.codefresh.simulator.data.triggers import ACCOUNT_HASH
from gateway.providers.codefresh.simulator.definition_form import CronTrigger, GitTrigger
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.errors import bad_request
from gateway.providers.codefresh.simulator.kept_secrets import keep_variables
from gateway.providers.codefresh.simulator.state import State

_PULL_REQUEST = (
    "opened closed merged unmerged-closed reopened edited assigned unassigned reviewRequested reviewRequestRemoved "
    "labeled unlabeled synchronize commentAdded commentAddedUnrestricted"
)
# The bare `push` is in no list of the documentation, but in its example of a whole pipeline.
EVENTS = frozenset(
    ["push", "push.heads", "push.tags", "pullrequest", "release", *(f"pullrequest.{word}" for word in _PULL_REQUEST.split())]
)
_Fill: TypeAlias = Callable[[str, Document, Document], Document]

_REPO = re.compile(r"[^\s/]+(/[^\s/]+)+")
NAMED_TIMES = r"@(?:hourly|daily|weekly|monthly|yearly|annually|midnight|every \S+)"
_EXPRESSION = re.compile(rf"{NAMED_TIMES}|\S+(?: \S+){{4,5}}")


def check_git_triggers(triggers: Sequence[GitTrigger], contexts: Iterable[str]) -> None:
    # ASSUMED: each of these is a 400, and all that `skipTriggerValidation` leaves out; disproved by a real save.
    _refuse_twins(trigger.name for trigger in triggers)
    known = frozenset(contexts)
    for trigger in triggers:
        if _REPO.fullmatch(trigger.repo) is None:
            raise bad_request(f"Trigger {trigger.name}: repo must be owner/name, got {trigger.repo!r}")
        unknown = [event for event in trigger.events if event not in EVENTS]
        if unknown or not trigger.events:
            raise bad_request(f"Trigger {trigger.name}: no such event: {', '.join(unknown) or 'none given'}")
        if trigger.context is not None and trigger.context not in known:
            raise bad_request(f"Trigger {trigger.name}: no such git context: {trigger.context}")


def check_cron_triggers(triggers: Sequence[CronTrigger], git: Sequence[GitTrigger]) -> None:
    _refuse_twins(trigger.name for trigger in triggers)
    git_ids = {trigger.id for trigger in git}
    for trigger in triggers:
        if _EXPRESSION.fullmatch(trigger.expression) is None:
            raise bad_request(f"Cron trigger {trigger.name}: the expression is not valid: {trigger.expression!r}")
        if not 2 <= len(trigger.message) <= 128:
            raise bad_request(f"Cron trigger {trigger.name}: the message must have 2 to 128 characters")
        if trigger.git_trigger_id is not None and trigger.git_trigger_id not in git_ids:
            raise bad_request(f"Cron trigger {trigger.name}: no such git trigger: {trigger.git_trigger_id}")


def fill_triggers(state: State, spec: Document, old: Document) -> Document:
    """The lists that `spec` has, with what the server adds to each of their triggers."""
    filled = dict(spec)
    fills: tuple[tuple[str, _Fill], ...] = (("triggers", _fill_git), ("cronTriggers", _fill_cron))
    for name, fill in fills:
        if name in spec:
            before = {trigger["id"]: trigger for trigger in as_objects(old.get(name))}
            filled[name] = [_fill(state, trigger, before, fill) for trigger in as_objects(spec[name])]
    return filled


def _fill_git(trigger_id: str, sent: Document, old: Document) -> Document:
    """Where the git provider reports to is the server's alone."""
    hook = f"https://g.codefresh.io/api/providers/{sent.get('provider', 'github')}/hook/{secret(f'hook-{trigger_id}')}"
    return {"endpoint": old.get("endpoint", hook), "secret": old.get("secret", secret(f"trigger-{trigger_id}"))}


def _fill_cron(_trigger_id: str, sent: Document, _old: Document) -> Document:
    return {"type": "cron", "event": f"cron:codefresh:{sent['expression']}:{sent['message']}:{ACCOUNT_HASH}"}


def _fill(state: State, sent: Document, before: dict[object, Document], fill: _Fill) -> Document:
    # ASSUMED: an id that this pipeline does not know makes a new trigger; disproved by a save that keeps or refuses it.
    old = before.get(sent.get("id"))
    trigger_id = state.mint_id() if old is None else str(old["id"])
    kept = keep_variables(sent, old or {}) if state.settings.stars_keep_secrets else sent
    filled: Document = {"id": trigger_id, **{key: value for key, value in kept.items() if key != "id"}}
    defaults: Document = {"disabled": False}
    return defaults | filled | {"verified": True, "status": "verified"} | fill(trigger_id, sent, old or {})


def _refuse_twins(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise bad_request(f"More than one trigger is called {name}")
        seen.add(name)
