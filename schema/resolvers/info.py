"""The resolver info with our context."""

import strawberry

from gateway.context import RequestContext

Info = strawberry.Info[RequestContext, None]
