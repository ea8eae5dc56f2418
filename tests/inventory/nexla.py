"""Nexla's destinations for Codefresh and Buildkite: records go out as calls to a vendor. One part of the gateway, still missing."""

from tests.inventory.fates import Fates, NotYet, each

FEATURES: Fates = {
    f"nexla.{name}": fate
    for name, fate in each(
        """
        connector.bidirectional flow.flexflow flow.spark_etl destination.create destination.connector credential.select
        credential.create mode.template template.endpoint_menu template.parameters template.no_parameters template.record_body
        template.id_sources mode.manual mode.advanced_tab method.select method.post method.put method.patch method.delete
        format.select format.json format.convert url.set url.object_id url.placeholders headers.extra headers.syntax
        headers.authorization_auto headers.content_type_auto exclude.attributes exclude.many exclude.remove batching.enable
        batching.size batching.algorithm batching.algorithm_settings batching.property batching.property.name
        batching.property.other_props batching.code batching.sample_refresh batching.advice_single batching.off_single_call
        response_webhook.enable response_webhook.new_source response_webhook.each_call response_webhook.content sample.payload
        sample.portion sample.expand sample.live_update test.select test.edit test.send test.manual_only test.real_effects
        test.sandbox_advice lifecycle.save lifecycle.activate lifecycle.inactive_silent lifecycle.activate_later
        """,
        NotYet("destinations"),
    ).items()
}
