"""Git and cron triggers inside pipelines."""

import hashlib
from random import Random

from gateway.providers.codefresh.simulator.canary import secret
from gateway.providers.codefresh.simulator.data.account import ACCOUNT_ID
from gateway.providers.codefresh.simulator.data.variables import generate_variables
from gateway.providers.codefresh.simulator.documents import Document
from gateway.providers.codefresh.simulator.object_ids import ObjectIds
from gateway.providers.codefresh.simulator.times import iso_ms

ACCOUNT_HASH = hashlib.sha1(ACCOUNT_ID.encode(), usedforsecurity=False).hexdigest()[:12]

_GIT = (
    ("push", ["push.heads"], "/^main$/gi"),
    ("pull-requests", ["pullrequest.opened", "pullrequest.synchronize", "pullrequest.reopened"], "/.*/gi"),
    ("tags", ["push.tags", "release"], "/^v.*/gi"),
)
_CRON = (("0 0 2 * * *", "nightly"), ("0 */20 * * * *", "every twenty minutes"), ("@weekly", "weekly report"))


def git_triggers(repo: str, created_ms: int, ids: ObjectIds, random: Random) -> list[Document]:
    return [_git(number, repo, created_ms, ids, random) for number in range(random.randint(1, len(_GIT)))]


def cron_triggers(created_ms: int, ids: ObjectIds, random: Random, git_trigger_id: str | None) -> list[Document]:
    return [_cron(*random.choice(_CRON), created_ms, ids=ids, random=random, git_trigger_id=git_trigger_id)]


def _git(number: int, repo: str, created_ms: int, ids: ObjectIds, random: Random) -> Document:
    name, events, branches = _GIT[number]
    trigger_id = ids.mint(created_ms + number)
    trigger: Document = {
        "id": trigger_id,
        "name": name,
        "type": "git",
        "repo": repo,
        "events": events,
        "branchRegex": branches,
        "branchRegexInput": "regex",
        "pullRequestAllowForkEvents": False,
        "commentRegex": "/.*/gi",
        "provider": "github",
        "context": "github",
        "disabled": number == 2 and random.random() < 0.5,
        "verified": True,
        "status": "verified",
        "options": {"noCache": False, "noCfCache": False, "resetVolume": False},
        "contexts": [],
        "variables": generate_variables(random, trigger_id) if number == 1 else [],
        "endpoint": f"https://g.codefresh.io/api/providers/github/hook/{secret(f'hook-{trigger_id}')}",
        "secret": secret(f"trigger-{trigger_id}"),
    }
    if random.random() < 0.5:
        trigger["description"] = f"Runs on {name} of {repo}"
    if random.random() < 0.5:
        trigger["lastExecutionDate"] = iso_ms(created_ms + random.randrange(10**9))
    return trigger


def _cron(
    expression: str, message: str, created_ms: int, *, ids: ObjectIds, random: Random, git_trigger_id: str | None
) -> Document:
    trigger_id = ids.mint(created_ms)
    trigger: Document = {
        "id": trigger_id,
        "name": message,
        "type": "cron",
        "expression": expression,
        "message": message,
        "branch": "main",
        "variables": generate_variables(random, trigger_id),
        "options": {"resetVolume": False},
        "disabled": False,
        "verified": True,
        "status": "verified",
        "event": f"cron:codefresh:{expression}:{message}:{ACCOUNT_HASH}",
    }
    if git_trigger_id is not None:
        trigger["gitTriggerId"] = git_trigger_id
    return trigger
