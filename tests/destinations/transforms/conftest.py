"""What tests of transforms share."""

import pytest


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request):
    """The loop that people debug with, and the one that serves: their child processes differ in detail."""
    return "asyncio", {"use_uvloop": request.param}
