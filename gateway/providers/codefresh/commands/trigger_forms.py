"""Triggers as the vendor keeps them in a pipeline's definition, made of what a command gives. Nothing is called here."""

from gateway.domain.commands.command import JsonObject
from gateway.domain.commands.triggers import CreateTrigger, CronTrigger, GitTrigger
from gateway.domain.cron_terms import CronError
from gateway.domain.errors import ConflictError, InvalidInputError
from gateway.providers.codefresh.commands import trigger_cron
from gateway.providers.codefresh.commands.definitions import is_repository
from gateway.providers.codefresh.commands.variables import to_list
from gateway.providers.codefresh.trigger_mapping import CRON, GIT

LISTS = {GIT: "triggers", CRON: "cronTriggers"}
"""Where each sort is in the definition's `spec`."""
GIT_OPTIONS = frozenset(("branchRegexInput", "pullRequestAllowForkEvents", "contexts", "options", "runtimeEnvironment"))
CRON_OPTIONS = frozenset(("options", "runtimeEnvironment"))

_PULL_REQUEST = (
    "opened closed merged unmerged-closed reopened edited assigned unassigned reviewRequested reviewRequestRemoved "
    "labeled unlabeled synchronize commentAdded commentAddedUnrestricted"
)
# The bare `push` is in no list of the documentation, but in its example of a whole pipeline.
EVENTS = ("push", "push.heads", "push.tags", "pullrequest", *(f"pullrequest.{word}" for word in _PULL_REQUEST.split()), "release")
MESSAGE_LENGTHS = range(2, 129)


def check_git(git: GitTrigger) -> None:
    if not is_repository(git.repository):
        raise InvalidInputError("`git.repository` must be owner/name.", field="git.repository")
    if not git.events:
        raise InvalidInputError(f"`git.events` must name at least one of {', '.join(EVENTS)}.", field="git.events")
    for place, event in enumerate(git.events):
        if event not in EVENTS:
            raise InvalidInputError(f"`git.events.{place}` must be one of {', '.join(EVENTS)}.", field=f"git.events.{place}")


def check_cron(cron: CronTrigger) -> None:
    try:
        trigger_cron.check_cron(cron.expression)
    except CronError as error:
        raise InvalidInputError(f"`cron.expression` {error}.", field="cron.expression") from None
    if len(cron.message) not in MESSAGE_LENGTHS:
        raise InvalidInputError("`cron.message` must have 2 to 128 characters.", field="cron.message")


def git_form(command: CreateTrigger, git: GitTrigger) -> JsonObject:
    """Members that were not given are left to the vendor."""
    pattern = {} if git.branch_pattern is None else {"branchRegex": git.branch_pattern, "branchRegexInput": "regex"}
    told = {
        "provider": git.host,
        "context": git.integration_context,
        "pullRequestTargetBranchRegex": git.pull_request_target_pattern,
        "commentRegex": git.comment_pattern,
        "modifiedFilesGlob": git.modified_files,
    }
    own = {"repo": git.repository, "events": list(git.events), **pattern, **_given(told)}
    return _form(command, GIT, command.name or git.repository.rpartition("/")[2], own)


def cron_form(command: CreateTrigger, cron: CronTrigger) -> JsonObject:
    """`gitTriggerId` is for whoever knows the definition: see `add`."""
    own = {"expression": cron.expression, "message": cron.message, **_given({"branch": cron.branch})}
    return _form(command, CRON, command.name or cron.message, own)


def add(definition: JsonObject, sort: str, form: JsonObject, git_trigger: str | None = None) -> JsonObject:
    """The definition with the trigger at the end of its list. `git_trigger` is the name or id of one of the pipeline's own, whose
    repository a cron trigger borrows.
    """
    spec = definition["spec"]
    there = list(spec.get(LISTS[sort]) or ())
    # ASSUMED: names are unique among triggers of a sort; disproved by a pipeline that has two of one name. A run borrows a
    # trigger by its name, and a second `createTrigger` after a doubtful end is told apart by it.
    if any(each.get("name") == form["name"] for each in there):
        raise ConflictError(f"The pipeline has a {sort} trigger called {form['name']!r} already.", field="name")
    if git_trigger is not None:
        form = form | {"gitTriggerId": _git_id(spec, git_trigger)}
    return {**definition, "spec": {**spec, LISTS[sort]: [*there, form]}}


def remove(definition: JsonObject, sort: str, trigger_id: str) -> JsonObject | None:
    """The definition without the trigger; None when it has no such one."""
    spec = definition["spec"]
    there = list(spec.get(LISTS[sort]) or ())
    meant = [each for each in there if _identity(each) == trigger_id]
    if not meant and trigger_id.isdecimal() and any(_identity(each) is None for each in there):
        # Its place is in its key, and may be another's by now.
        raise ConflictError("The trigger has neither id nor name to tell it from others: delete it on Codefresh's pages.")
    if not meant:
        return None
    if len(meant) > 1:
        raise ConflictError(f"The pipeline has {len(meant)} {sort} triggers that are called so: delete it on Codefresh's pages.")
    left = [each for each in there if each is not meant[0]]
    if sort == GIT:
        borrowers = [str(each.get("name")) for each in spec.get(LISTS[CRON]) or () if each.get("gitTriggerId") == trigger_id]
        if borrowers:
            raise ConflictError(f"Cron triggers borrow its repository: {', '.join(borrowers)}. Delete them first.")
    return {**definition, "spec": {**spec, LISTS[sort]: left}}


def _form(command: CreateTrigger, sort: str, name: str, own: JsonObject) -> JsonObject:
    form: JsonObject = {"name": name, "type": sort, **own}
    form |= _given({"description": command.description, "disabled": command.disabled})
    if command.variables:
        form["variables"] = to_list(command.variables)
    return form | (command.vendor_options or {})


def _given(told: JsonObject) -> JsonObject:
    return {name: value for name, value in told.items() if value is not None}


def _identity(trigger: JsonObject) -> str | None:
    """As keys of triggers have it, which fall back on the place in the list."""
    return trigger.get("id") or trigger.get("name") or None


def _git_id(spec: JsonObject, wanted: str) -> str:
    for each in spec.get(LISTS[GIT]) or ():
        if wanted in (each.get("id"), each.get("name")) and each.get("id"):
            return str(each["id"])
    raise InvalidInputError("`cron.gitTrigger` must be the name or id of a git trigger of this pipeline.", field="cron.git_trigger")
