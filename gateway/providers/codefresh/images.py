"""Container images that pipelines pushed."""

import uuid
from collections.abc import AsyncGenerator, Sequence

from gateway.domain.errors import GatewayError, InvalidInputError
from gateway.domain.image import Image, ImageQuery
from gateway.domain.keys import ImageKey
from gateway.domain.page import Chunk, Mark, Want
from gateway.providers.codefresh.client import CodefreshClient
from gateway.providers.codefresh.keys import Origin, id_in
from gateway.providers.codefresh.lists import kept, values_of
from gateway.providers.codefresh.mapping import to_image
from gateway.upstream.offset_walk import Rows, walk
from gateway.upstream.settle import answer_each

PAGE = 100


class CodefreshImages:
    """An ImageReader."""

    def __init__(self, client: CodefreshClient, origin: Origin) -> None:
        self._client = client
        self._origin = origin

    async def get_images(self, keys: Sequence[ImageKey], want: Want) -> list[Image | GatewayError]:
        """A call for each distinct key."""
        return await answer_each(keys, self._get)

    async def stream_images(
        self, query: ImageQuery, after: Mark | None, page_size: int, want: Want
    ) -> AsyncGenerator[Chunk[Image], None]:
        """In pages of 100, whatever is asked for: newer servers read images like builds, from a cursor that a session keeps,
        where only neighbouring pages of one size can be had. A mark's page is tried at once; if that is refused, or is not
        that page, the list is read from its beginning on."""
        filters = [(name, value) for name, value in (("branch", query.branch), ("tag", query.tag)) if value is not None]
        # ASSUMED: a page that is not the one asked for is refused or holds other images; disproved by rows of both pages.
        session = f"gateway-{uuid.uuid4().hex}"
        place = 0

        async def fetch(offset: int, _: int) -> Rows[Image]:
            nonlocal place
            start = offset - offset % PAGE
            try:
                listing = await self._client.list_images(session, start, PAGE, filters)
            except InvalidInputError:
                if start in (0, place):
                    raise
                return Rows(start, (), True)
            place = start + PAGE
            rows = values_of(listing.rows, lambda row: to_image(row, self._origin))
            more = listing.next_page if listing.next_page is not None else len(rows) >= PAGE
            return Rows(start, rows, more)

        def keep(image: Image) -> bool:
            return image.name == query.repository or any(tag.repository == query.repository for tag in image.tags)

        chunks = walk(fetch, lambda image: image.external_id, after, PAGE, largest=PAGE)
        # The vendor's `imageRepo` is not documented: it may mean a registry.
        local = ("repository",) if query.repository is not None else ()
        async for chunk in kept(chunks, keep if local else None, local):
            yield chunk

    async def _get(self, key: ImageKey) -> Image:
        image_id = id_in(key)
        if image_id is None:
            raise self._origin.absent("image")
        image = to_image(await self._client.get_image(image_id), self._origin)
        if image.key != key:
            raise self._origin.absent("image")
        return image
