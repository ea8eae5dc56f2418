"""`extensions.outcomes`: what was not OK and fresh, for lookups and nested fields as well as for lists."""

from typing import Any

from strawberry.extensions import SchemaExtension

from gateway.context import RequestContext


class OutcomesExtension(SchemaExtension):
    """Adds the request's troubles to the answer; adds nothing when all was well."""

    def get_results(self) -> dict[str, Any]:
        context = self.execution_context.context
        troubles = context.troubles() if isinstance(context, RequestContext) else []
        return {"outcomes": troubles} if troubles else {}
