"""Assembles the readers of one Codefresh account into a Provider."""

from gateway.domain.commands.capabilities import command_capabilities
from gateway.domain.keys import ProviderKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.providers.codefresh.account import OwnAccount
from gateway.providers.codefresh.builds import CodefreshBuilds
from gateway.providers.codefresh.capabilities import CAPABILITIES, COMMAND_NOTES
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.commands.table import commands_of
from gateway.providers.codefresh.contexts import CodefreshContexts
from gateway.providers.codefresh.explain import explain
from gateway.providers.codefresh.images import CodefreshImages
from gateway.providers.codefresh.keys import Origin
from gateway.providers.codefresh.logs import LogReader
from gateway.providers.codefresh.pipeline_search import PipelineSearch
from gateway.providers.codefresh.pipelines import CodefreshPipelines
from gateway.providers.codefresh.projects import CodefreshProjects
from gateway.providers.codefresh.settings import CodefreshSettings
from gateway.providers.codefresh.steps import CodefreshSteps
from gateway.providers.codefresh.template_commands import CodefreshMaking
from gateway.providers.codefresh.templates import templates_of
from gateway.providers.codefresh.triggers import CodefreshTriggers
from gateway.providers.codefresh.workspaces import CodefreshWorkspaces
from gateway.upstream.auth import HeaderCredential
from gateway.upstream.transport import UpstreamOptions, build_upstream

SAAS = "https://g.codefresh.io"


def build_provider(settings: CodefreshSettings, *, loopback_only: bool) -> Provider:
    """Opens nothing yet. The key goes into Authorization as it is, without a word before it."""
    upstream = build_upstream(
        UpstreamOptions(
            provider=settings.name,
            base_url=settings.base_url,
            authorize=HeaderCredential("Authorization", settings.token),
            timeout_s=settings.timeout_s,
            max_concurrent_calls=settings.max_concurrent_calls,
            explain=explain,
            loopback_only=loopback_only,
        )
    )
    client = CodefreshClient(upstream)
    origin = Origin(settings.name, _site(settings.base_url))
    account = OwnAccount(client, origin)
    search = PipelineSearch(client, origin)
    commands = commands_of(client, origin)
    projects = CodefreshProjects(client, origin, account)
    pipelines = CodefreshPipelines(client, origin, account, search)
    builds = CodefreshBuilds(client, origin, account)

    async def probe() -> None:
        await account.read()

    return Provider(
        key=ProviderKey(settings.name, ()),
        kind=ProviderKind.CODEFRESH,
        url=origin.site,
        capabilities=(*CAPABILITIES, *command_capabilities(commands, COMMAND_NOTES)),
        commands=commands,
        templates=templates_of(CodefreshMaking(origin, projects, pipelines, builds, commands)),
        calls=upstream,
        monitor=upstream.monitor,
        probe=probe,
        close=upstream.close,
        workspaces=CodefreshWorkspaces(origin, account),
        projects=projects,
        pipelines=pipelines,
        builds=builds,
        jobs=CodefreshSteps(client, origin, LogReader(client)),
        triggers=CodefreshTriggers(client, origin, search),
        images=CodefreshImages(client, origin),
        integration_contexts=CodefreshContexts(client, origin),
    )


def _site(base_url: str) -> str:
    """Where people look: the API's host, without its path. What plain http reaches (a simulator) has no pages to look at, and
    its links keep the vendor's form."""
    return base_url.removesuffix("/api") if base_url.startswith("https://") else SAAS
