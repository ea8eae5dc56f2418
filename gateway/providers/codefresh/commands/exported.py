"""What a definition that was read before says of itself: which pipeline it is of, and at which revision it was read."""

from gateway.domain.commands.command import JsonObject
from gateway.domain.errors import ConflictError, InvalidInputError


def revision_of(spec: JsonObject | None) -> int | None:
    """The revision that an exported definition was read at."""
    revision = _metadata(spec).get("revision")
    if revision is not None and (not isinstance(revision, int) or isinstance(revision, bool)):
        raise InvalidInputError("`spec` must have a whole number as its metadata.revision.", field="spec")
    return revision


def agreed_revision(revision: int | None, spec: JsonObject | None) -> int | None:
    """The one that is given, by the command or in its definition. Both must mean the same."""
    told = revision_of(spec)
    if revision is not None and told is not None and revision != told:
        raise InvalidInputError(f"`revision` is {revision}, but `spec` is of revision {told}.", field="revision")
    return revision if revision is not None else told


def check_revision(spec: JsonObject | None, current: JsonObject) -> None:
    """ConflictError when the pipeline has changed since the definition was read."""
    told, present = revision_of(spec), current["metadata"].get("revision")
    if told is not None and told != present:
        raise ConflictError(f"`spec` is of revision {told}, the pipeline is at {present}: read it again.", field="spec")


def check_identity(spec: JsonObject | None, pipeline_id: str) -> None:
    """InvalidInputError for another pipeline's definition."""
    if _metadata(spec).get("id") not in (None, pipeline_id):
        raise InvalidInputError("`spec` is of another pipeline: its metadata.id tells.", field="spec")


def check_name(spec: JsonObject | None, *definitions: JsonObject) -> None:
    """InvalidInputError when it has another name than these: names are given by `name`, and by nothing else."""
    told = _metadata(spec).get("name")
    names = [str(each["metadata"].get("name")) for each in definitions]
    if told is not None and told not in (*names, *(name.rpartition("/")[2] for name in names)):
        raise InvalidInputError(
            "`spec` has another name: leave out its metadata.name, and give the new one as `name`.", field="spec"
        )


def _metadata(spec: JsonObject | None) -> JsonObject:
    return (spec or {}).get("metadata") or {}
