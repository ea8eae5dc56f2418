"""The members of a pipeline that its author may write, and what is wrong with them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.providers.buildkite.simulator.bodies import MISSING, Members
from gateway.providers.buildkite.simulator.data import Organization, Pipeline
from gateway.providers.buildkite.simulator.errors import ApiError
from gateway.providers.buildkite.simulator.identifiers import slug_of
from gateway.providers.buildkite.simulator.resources import Cluster
from gateway.providers.buildkite.simulator.step_requests import steps_of_rows, steps_of_text
from gateway.providers.buildkite.simulator.steps import Step, step_row

NO_CONFIGURATION: Final = 'Step configuration is missing, expected `steps: { yaml: "..." }`'
_ACCESS_LEVELS: Final = ("read_only", "build_and_read", "manage_build_and_read")
_TEXTS: Final = (
    *("branch_configuration", "cancel_running_branch_builds_filter", "clone_mirror_url", "default_branch", "description"),
    *("emoji", "skip_queued_branch_builds_filter"),
)
_FLAGS: Final = {"allow_rebuilds": True, "cancel_running_branch_builds": False, "skip_queued_branch_builds": False}
_MINUTES: Final = ("default_command_step_timeout", "maximum_command_step_timeout")
_MAPS: Final = ("env", "provider_settings", "teams")
_OTHERS: Final = ("name", "repository", "slug", "cluster_id", "configuration", "steps", "pipeline_template_uuid")
MEMBERS: Final = frozenset({*_TEXTS, *_FLAGS, *_MINUTES, *_MAPS, *_OTHERS, "color", "tags", "team_uuids", "visibility"})
_SLUG = re.compile(r"[a-zA-Z0-9]+[a-zA-Z0-9\-]*")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def plain_members(body: Mapping[str, object], members: Members) -> dict[str, object]:
    """Those that are shown as sent, of the ones that are there. Null clears, and sets a flag to its default."""
    found: dict[str, object] = {}
    for name in _TEXTS:
        if name in body:
            found[name] = members.text(name)
    for name, default in _FLAGS.items():
        if name in body:
            found[name] = members.flag(name, default=default)
    for name in _MINUTES:
        if name in body:
            found[name] = members.integer(name, least=1)
    if "color" in body:
        found["color"] = members.matching("color", _COLOR, "must be a hex color such as #FF0000")
    if "tags" in body:
        found["tags"] = members.texts("tags")
    if "visibility" in body:
        found["visibility"] = members.one_of("visibility", ("private", "public")) or "private"
    members.texts("team_uuids")
    for level in (members.text_map("teams") or {}).values():
        if level not in _ACCESS_LEVELS:
            members.refuse("teams", f"must be one of {', '.join(_ACCESS_LEVELS)}")
    # ASSUMED: a template is refused, because the simulated account has none; disproved by no vendor answer.
    if members.text("pipeline_template_uuid") is not None:
        members.refuse("pipeline_template_uuid", "is not a template of this organization")
    return found


def chosen_slug(members: Members, organization: Organization, name: str | None, present: Pipeline | None) -> str | None:
    """The slug asked for, or else that of the name; None if neither is given. Refused if it is malformed or taken."""
    # ASSUMED: the field and sentence of either refusal; archived pipelines keep their slugs. Disproved by a recorded
    # refusal that is worded otherwise.
    given = members.text("slug")
    slug = given if given is not None else slug_of(name) if name else None
    if slug is None:
        return None
    field = "slug" if given is not None else "name"
    if not _SLUG.fullmatch(slug) or len(slug) > 100:
        members.refuse(field, "is invalid")
    holder = organization.pipeline(slug)
    if holder is not None and holder is not present:
        members.refuse(field, "has already been taken")
    return slug


def chosen_cluster(members: Members, organization: Organization) -> Cluster | None:
    wanted = members.text("cluster_id")
    found = next((cluster for cluster in organization.clusters if cluster.id == wanted), None)
    if wanted is not None and found is None:
        # ASSUMED: an unknown cluster is a wrong member, not a 404; disproved by a recorded answer to one.
        members.refuse("cluster_id", "is not a cluster of this organization")
    return found


def require_cluster(members: Members, organization: Organization) -> None:
    # ASSUMED: an organization that has no cluster may do without; disproved by a refusal there.
    if organization.clusters and members.text("cluster_id") is None:
        raise ApiError(422, "Cluster must be specified")


@dataclass(frozen=True, slots=True)
class Program:
    """`configuration` None: visual steps."""

    steps: tuple[Step, ...]
    rows: list[dict[str, object]]
    configuration: str | None

    def fields(self) -> dict[str, object]:
        return {"steps": self.rows} | ({"configuration": self.configuration} if self.configuration is not None else {})


def chosen_program(members: Members, *, visual: bool) -> Program | None:
    """What to run, a configuration before steps; None after a refusal. `visual`: steps are taken."""
    configuration = members.text("configuration")
    if configuration is not None and configuration.strip():
        steps = steps_of_text(configuration)
        return Program(steps, [step_row(step) for step in steps], configuration)
    rows = members.maps("steps")
    if rows is None or not visual or members.has("configuration"):
        members.refuse("configuration", NO_CONFIGURATION)
        return None
    found = steps_of_rows(rows)
    if found is None:
        members.refuse("steps", "is invalid" if rows else MISSING)
        return None
    return Program(*found, None)
