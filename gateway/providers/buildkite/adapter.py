"""The provider: settings in, ports out."""

from gateway.domain.commands.capabilities import command_capabilities
from gateway.domain.keys import ProviderKey
from gateway.domain.provider import Provider, ProviderKind
from gateway.providers.buildkite.agents import BuildkiteAgents, BuildkiteClusters, BuildkiteQueues
from gateway.providers.buildkite.build_content import BuildkiteAnnotations, BuildkiteArtifacts
from gateway.providers.buildkite.builds import BuildkiteBuilds
from gateway.providers.buildkite.capabilities import CAPABILITIES, COMMAND_NOTES
from gateway.providers.buildkite.client import BuildkiteClient
from gateway.providers.buildkite.commands.table import commands_of
from gateway.providers.buildkite.explain import explain, rate_limits
from gateway.providers.buildkite.jobs import BuildkiteJobs
from gateway.providers.buildkite.organizations import BuildkiteOrganizations
from gateway.providers.buildkite.pipelines import BuildkitePipelines
from gateway.providers.buildkite.settings import BuildkiteSettings
from gateway.providers.buildkite.templates import BuildkiteMaking, templates_of
from gateway.upstream.auth import HeaderCredential
from gateway.upstream.transport import UpstreamOptions, build_upstream

WEB_ADDRESS = "https://buildkite.com"


def build_provider(settings: BuildkiteSettings, *, loopback_only: bool) -> Provider:
    upstream = build_upstream(
        UpstreamOptions(
            provider=settings.name,
            base_url=settings.base_url,
            authorize=HeaderCredential("Authorization", settings.token, prefix="Bearer "),
            timeout_s=settings.timeout_s,
            max_concurrent_calls=settings.max_concurrent_calls,
            explain=explain,
            rate_limits=rate_limits,
            request_id_header="x-request-id",
            loopback_only=loopback_only,
        )
    )
    client = BuildkiteClient(upstream)
    organizations = BuildkiteOrganizations(client, settings.organizations)
    pipelines = BuildkitePipelines(client, organizations)
    commands = commands_of(client, organizations)
    return Provider(
        key=ProviderKey(settings.name, ()),
        kind=ProviderKind.BUILDKITE,
        url=_web_address(settings.organizations),
        capabilities=(*CAPABILITIES, *command_capabilities(commands, COMMAND_NOTES)),
        commands=commands,
        templates=templates_of(BuildkiteMaking(settings.name, organizations, pipelines, commands)),
        calls=upstream,
        monitor=upstream.monitor,
        probe=client.check_token,
        close=upstream.close,
        workspaces=organizations,
        pipelines=pipelines,
        builds=BuildkiteBuilds(client, organizations, pipelines),
        jobs=BuildkiteJobs(client, organizations),
        annotations=BuildkiteAnnotations(client, organizations),
        build_artifacts=BuildkiteArtifacts(client, organizations),
        agents=BuildkiteAgents(client, organizations),
        clusters=BuildkiteClusters(client, organizations),
        queues=BuildkiteQueues(client, organizations),
    )


def _web_address(organizations: tuple[str, ...]) -> str:
    return f"{WEB_ADDRESS}/{organizations[0]}" if len(organizations) == 1 else WEB_ADDRESS
