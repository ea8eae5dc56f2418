"""What DX's keys are made of.

A run is what its sender called it (`reference_id`), a pipeline is (source, name), and there is one workspace: the account. A
slug and an external id of a pipeline are `source/name`.
"""

import msgspec

from gateway.domain.errors import InvalidInputError, NotFoundError
from gateway.domain.keys import BuildKey, PipelineKey, WorkspaceKey
from gateway.upstream.key_parts import not_ours, parts_of

LONGEST_SOURCE, LONGEST_NAME = 100, 255
PipelineName = tuple[str, str]
"""(source, name)"""


class Origin(msgspec.Struct, frozen=True):
    """The account that values come from: its configured name, and where people look at it in a browser (None: nowhere)."""

    provider: str
    site: str | None

    @property
    def workspace(self) -> WorkspaceKey:
        return WorkspaceKey(self.provider, (self.provider,))

    def pipeline(self, source: str, name: str) -> PipelineKey:
        return PipelineKey(self.provider, (source, name))

    def build(self, reference_id: str) -> BuildKey:
        return BuildKey(self.provider, (reference_id,))

    def absent(self, what: str) -> NotFoundError:
        return NotFoundError(f"{self.provider} has no such {what}.", provider=self.provider)

    def check_text(self, text: str, field: str) -> None:
        """InvalidInputError for text that was never taken in."""
        problem = text_problem(text)
        if problem is not None:
            raise InvalidInputError(f"`{field}` {problem}.", provider=self.provider, field=field)


def reference_id_of(key: BuildKey) -> str:
    (reference_id,) = parts_of(key, 1)
    if text_problem(reference_id) is not None:
        raise not_ours(key)
    return reference_id


def pipeline_name_of(key: PipelineKey) -> PipelineName:
    source, name = parts_of(key, 2)
    if text_problem(source) is not None or text_problem(name) is not None:
        raise not_ours(key)
    return source, name


def slug_of(source: str, name: str) -> str:
    return f"{source}/{name}"


def names_in(slug: str) -> list[PipelineName]:
    """The pipelines that a slug can stand for: both parts may hold a slash, so there can be several. Longer ones than any that
    can have been reported stand for none."""
    if len(slug) > LONGEST_SOURCE + 1 + LONGEST_NAME:
        return []
    places = [place for place, letter in enumerate(slug[: LONGEST_SOURCE + 1]) if letter == "/"]
    pairs = [(slug[:place], slug[place + 1 :]) for place in places]
    return [(source, name) for source, name in pairs if source and name]


def text_problem(text: str) -> str | None:
    """Why a text can be neither a name nor an id here, as the end of a sentence.

    Control characters have no place in names, and databases refuse some of them.
    """
    if not text.strip():
        return "is empty"
    if any(letter < " " or "\x7f" <= letter <= "\x9f" for letter in text):
        return "holds a control character"
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return "is not valid Unicode"
    return None
