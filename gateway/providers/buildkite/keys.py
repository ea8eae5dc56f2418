"""What the parts of Buildkite's keys are, and how they are taken apart again.

Workspace (organization), Pipeline (organization, slug, uuid), Build (organization, pipeline, number, uuid, created),
Job (organization, pipeline, number, uuid), Annotation (organization, pipeline, number, uuid), BuildArtifact
(organization, pipeline, number, job uuid or "", uuid), Agent and Cluster (organization, uuid), Queue (organization,
cluster uuid, uuid). Organizations and pipelines stand by their slugs, because addresses are made of them.

The uuid notices that another thing has taken the place. `created`, milliseconds since 1970, lets one list call find many
builds of a pipeline. A key made from a mere reference (`rebuilt_from`, a build's address) has "" for both: the slug or
number alone is trusted then, and the value that is found carries the full key.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from gateway.domain.keys import BuildKey, Key, PipelineKey
from gateway.upstream.key_parts import not_ours, parts_of

_BUILD_ADDRESS = re.compile(r"/organizations/([^/]+)/pipelines/([^/]+)/builds(?:/(\d+))?$")
_NUMBER = re.compile(r"[0-9]{1,12}")
LARGEST_NUMBER = 10**12 - 1
_MILLISECONDS = re.compile(r"[0-9]{1,14}")  # to the year 5138


class PipelinePlace(NamedTuple):
    organization: str
    slug: str
    uuid: str = ""


class BuildPlace(NamedTuple):
    """`created_ms` is None where the key does not tell."""

    organization: str
    pipeline: str
    number: int
    uuid: str = ""
    created_ms: int | None = None


def pipeline_place(key: PipelineKey) -> PipelinePlace:
    return PipelinePlace(*parts_of(key, 3))


def build_place(key: BuildKey) -> BuildPlace:
    organization, pipeline, number, uuid, created = parts_of(key, 5)
    if created and not _MILLISECONDS.fullmatch(created):
        raise not_ours(key)
    return BuildPlace(organization, pipeline, number_of(key, number), uuid, int(created) if created else None)


def number_of(key: Key, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise not_ours(key)
    return int(text)


def reference(provider: str, address: str | None, number: int | None) -> BuildKey | None:
    """The build behind a REST address; None when the address is missing or of another form."""
    found = _BUILD_ADDRESS.search(address) if address else None
    if found is None or found[3] is None:
        return None
    shown = found[3] if number is None else str(number)
    return BuildKey(provider, (unquote(found[1]), unquote(found[2]), shown, "", ""))


def place_of_address(address: str) -> tuple[str, str]:
    """(organization, pipeline slug) from a build's REST address; ValueError when it has another form."""
    return _place_of_prefix(address[: address.rfind("/")])


@lru_cache(maxsize=4096)
def _place_of_prefix(prefix: str) -> tuple[str, str]:
    found = _BUILD_ADDRESS.search(prefix)
    if found is None:
        raise ValueError("a build's address has an unknown form")
    return unquote(found[1]), unquote(found[2])
