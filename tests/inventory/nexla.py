"""Nexla's destinations for Codefresh and Buildkite: records go out as calls to a vendor. What the gateway's own destinations do of it."""

from gateway.http.records import PATH as RECORDS
from tests.inventory.fates import (
    Argument,
    CommandLine,
    Fates,
    Inside,
    LeftOut,
    Route,
    SectionSetting,
    Shown,
    Together,
    each,
    given,
)

SETTING_UP = "createDestination updateDestination"
ONE_SORT_OF_FLOW = LeftOut("A sort of flow on the vendor's platform; here there is one way for records into a destination.")


def settings(*members: str) -> tuple[str, ...]:
    """The paths of these members of a destination's settings."""
    return tuple(path for member in members for path in given(SETTING_UP, member))


_SETUP: Fates = {
    "connector.bidirectional": Shown("Query.runs", "Mutation.sendRecords"),
    **each("flow.flexflow flow.spark_etl", ONE_SORT_OF_FLOW),
    "destination.create": Together(
        Shown("Mutation.createDestination", "Mutation.sendRecords"), Route(RECORDS), CommandLine("send")
    ),
    **each("destination.connector credential.select", Argument("Mutation.createDestination(input.provider)")),
    "credential.create": LeftOut("Credentials are in the operator's configuration; clients name the account, and never see one."),
}

_TEMPLATES: Fates = {
    "mode.template": Shown("DestinationMode.TEMPLATE", *settings("template")),
    "template.endpoint_menu": Shown("Query.destinationTemplates", *settings("template.name")),
    "template.parameters": Shown("DestinationTemplate.parameters", *settings("template.parameters")),
    "template.no_parameters": Shown("DestinationTemplate.parameters"),
    "template.record_body": Shown("DestinationTemplate.takesRecord", "DestinationTemplate.example", "DestinationCall.body"),
    "template.id_sources": Shown("Pipeline.externalId", "Build.externalId", "Project.externalId", "IntegrationContext.name"),
}

_MANUAL: Fates = {
    "mode.manual": Shown("DestinationMode.MANUAL", *settings("manual")),
    "mode.advanced_tab": LeftOut("A place on the vendor's screens; here the manual settings are an object of their own."),
    "method.select": Argument(*settings("manual.method")),
    "method.post": Shown("CallMethod.POST"),
    "method.put": Shown("CallMethod.PUT"),
    "method.patch": Shown("CallMethod.PATCH"),
    "method.delete": Shown("CallMethod.DELETE"),
    "format.select": LeftOut("Bodies are JSON, the format that both vendors want, so that there is nothing to select."),
    "format.json": Inside("gateway/upstream/client.py"),
    "format.convert": Shown("DestinationCall.body"),
    **each("url.set url.object_id", Argument(*settings("manual.url"))),
    "url.placeholders": Shown(*settings("manual.url"), "CreateDestinationPayload.errors", "UpdateDestinationPayload.errors"),
    "headers.extra": Argument(*settings("manual.headers", "manual.headersText")),
    "headers.syntax": Argument(*settings("manual.headersText")),
    "headers.authorization_auto": Inside("gateway/upstream/auth.py"),
    "headers.content_type_auto": Inside("gateway/upstream/client.py"),
}

_RECORDS: Fates = {
    **each("exclude.attributes exclude.many", Argument(*settings("excludeAttributes"))),
    "exclude.remove": Argument("Mutation.updateDestination(input.excludeAttributes)"),
    "batching.enable": Argument(*settings("batching")),
    "batching.size": Argument(*settings("batching.size")),
    "batching.algorithm": Argument(*settings("batching.property", "batching.transform")),
    "batching.algorithm_settings": Argument(*settings("batching.property.name", "batching.property.others")),
    "batching.property": Argument(*settings("batching.property")),
    "batching.property.name": Argument(*settings("batching.property.name")),
    "batching.property.other_props": Argument(*settings("batching.property.others")),
    "batching.code": Together(Argument(*settings("batching.transform")), SectionSetting("destinations", "transform_timeout_s")),
    "batching.sample_refresh": Shown("PreviewedBatch.recordNumbers", "PreviewedBatch.calls.body"),
    "batching.advice_single": Shown("Destination.warnings", "DestinationPreview.warnings"),
    "batching.off_single_call": Shown("Destination.batching", "Delivery.callNumber"),
}

_ANSWERS: Fates = {
    "response_webhook.enable": Together(
        Argument(*settings("responseWebhook.url")), SectionSetting("destinations", "webhook_secret_env")
    ),
    "response_webhook.new_source": LeftOut("The gateway makes no data sources: it posts the answers to the address it is given."),
    "response_webhook.each_call": Shown("DestinationCounters.webhooksSent", "DestinationCounters.webhooksLost"),
    "response_webhook.content": Together(
        Inside("gateway/destinations/webhook/payload.py"), Shown("Delivery.receipt.status", "Delivery.changedIds")
    ),
}

_TRIALS: Fates = {
    "sample.payload": Shown("Query.previewDestination"),
    "sample.portion": Argument("Query.previewDestination(input.records)"),
    "sample.expand": Shown("PreviewedBatch.calls.body"),
    "sample.live_update": Argument("Query.previewDestination(input.of.settings)", "Query.previewDestination(input.of.changes)"),
    "test.select": Argument("Mutation.testDestination(input.record)"),
    "test.edit": Argument("Mutation.testDestination(input.body)"),
    "test.send": Shown("Mutation.testDestination", "TestDestinationPayload.status", "TestDestinationPayload.response"),
    "test.manual_only": Shown("Mutation.testDestination", "DestinationMode.MANUAL"),
    "test.real_effects": Shown("TestDestinationPayload.receipt", "Mutation.testDestination(input.confirm)"),
    "test.sandbox_advice": Together(CommandLine("simulate"), Shown("Query.previewDestination")),
}

_LIFECYCLE: Fates = {
    "lifecycle.save": Shown("Mutation.createDestination", "Mutation.updateDestination"),
    "lifecycle.activate": Shown("Mutation.activateDestination"),
    "lifecycle.inactive_silent": Together(
        Shown("DestinationState.PAUSED", "DestinationState.DRAFT"), Route(RECORDS, "DESTINATION_NOT_ACTIVE")
    ),
    "lifecycle.activate_later": Shown("Mutation.activateDestination", "Destination.state"),
}

FEATURES: Fates = {
    f"nexla.{name}": fate
    for table in (_SETUP, _TEMPLATES, _MANUAL, _RECORDS, _ANSWERS, _TRIALS, _LIFECYCLE)
    for name, fate in table.items()
}
