"""Every command of every vendor, as it is used: one module for each vendor, or several where they are many."""

from gateway.domain.provider import ProviderKind
from tests.contract.commands.example import Example
from tests.contract.commands.examples import buildkite, codefresh, dx, nuvo, talend

EXAMPLES: dict[ProviderKind, tuple[Example, ...]] = {
    ProviderKind.BUILDKITE: buildkite.EXAMPLES,
    ProviderKind.CODEFRESH: codefresh.EXAMPLES,
    ProviderKind.TALEND: talend.EXAMPLES,
    ProviderKind.NUVO: nuvo.EXAMPLES,
    ProviderKind.DX: dx.EXAMPLES,
}
