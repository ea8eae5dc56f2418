"""A provider is a folder, a registry line and an enum value, and nothing else knows its name."""

import re

from gateway.domain.provider import ProviderKind
from gateway.providers import REGISTRY
from tests.architecture.imports import ROOT, modules

FOLDERS = {path.name for path in (ROOT / "gateway/providers").iterdir() if path.is_dir() and path.name != "__pycache__"}
PARTS = {"__init__.py", "adapter.py", "capabilities.py", "client.py", "mapping.py", "settings.py", "wire.py", "simulator"}


def test_registry_folders_and_enum_agree():
    assert {registration.kind.value for registration in REGISTRY} == FOLDERS == {kind.value for kind in ProviderKind}


def test_every_provider_folder_has_the_same_parts():
    for folder in FOLDERS:
        assert {path.name for path in (ROOT / "gateway/providers" / folder).iterdir()} >= PARTS, folder


def test_no_vendor_is_named_in_code_outside_its_folder_the_registry_and_the_enum():
    allowed = {"gateway.providers", "gateway.domain.provider", "schema.types.enums"}
    words = "|".join(FOLDERS)
    code_name = re.compile(rf"""["']({words})["']|\b({words.upper()})\b""")
    for module, path in modules().items():
        if module in allowed or module.startswith(("gateway.providers.", "gateway.cli")):
            continue
        named = [line for line in path.read_text().splitlines() if code_name.search(line.split("#")[0])]
        assert not named, f"{module}: {named}"
