"""DestinationTemplate: a sort of call that a provider offers to destinations."""

import strawberry

from gateway.domain import template as domain
from gateway.domain.provider import ProviderKind
from schema.inputs.command import JSON
from schema.resolvers.destinations import DestinationTemplate as DestinationTemplateValue
from schema.types.provider import Provider
from schema.types.view import field, view


@view(domain.TemplateParameter)
class TemplateParameter:
    """What a template must be told beside the record."""

    name: str = field("Its name.")
    description: str = field("What it means.")
    example: str = field("A value as it may be given.")
    required: bool = field("Whether it must be given.")


def kind(root: strawberry.Parent[DestinationTemplateValue]) -> ProviderKind:
    return root.provider.kind


@view(DestinationTemplateValue)
class DestinationTemplate:
    """One sort of call that a provider offers to destinations: each record becomes one."""

    name: str = field("What `template.name` of a destination's settings takes.", lambda root: root.template.name)
    title: str = field("Its name for people.", lambda root: root.template.title)
    description: str = field("What the call does.", lambda root: root.template.description)
    provider: Provider = field("Who offers it.")
    kind: ProviderKind = field("The vendor.", kind)
    takes_record: bool = field(
        "Whether the record is part of the call; else only the parameters are.", lambda root: root.template.takes_record
    )
    destructive: bool = field(
        "Whether it cannot be undone: then the settings must have `confirmDestructive`.", lambda root: root.template.destroys
    )
    parameters: list[TemplateParameter] = field(
        "What it must be told beside the record.", lambda root: list(root.template.parameters)
    )
    example: JSON = field("A record as it may be given.", lambda root: root.template.example)
    mutation: str = field(
        "The mutation that it makes of a record, like `runPipeline`.", lambda root: root.template.command.mutation
    )
