"""docs/configuration.md has one row for each key of the code, and no other."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.providers import REGISTRY
from gateway.providers.account import Account
from gateway.settings import load_settings, sections

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"
HEADER = "| Key | Environment | Default | Meaning | Allowed |"


def nested(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Lists of tables inside a provider's entry, by key."""
    found: dict[str, type[BaseModel]] = {}
    for key, field in model.model_fields.items():
        for inner in get_args(field.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found[key] = inner
    return found


TABLES: dict[str, type[BaseModel]] = {f"[{name}]": section for name, section in sections().items()}
for each in REGISTRY:
    TABLES[f'[[providers]] of kind "{each.kind.value}"'] = each.settings
    TABLES |= {f"[[providers.{key}]]": inner for key, inner in nested(each.settings).items()}


def rows_of(heading: str) -> list[str]:
    """The rows of the first table below a heading."""
    text = DOCUMENT.read_text(encoding="utf-8")
    below = text.partition(f"\n## `{heading}`\n")[2].partition("\n## ")[0]
    return [line for line in below.splitlines() if line.startswith("| `")]


def expected_rows(model: type[BaseModel], name: str) -> list[str]:
    prefix = "GATEWAY_PROVIDERS__0" if issubclass(model, Account) else f"GATEWAY_{name.strip('[]').upper()}"
    return [row(key, field, prefix) for key, field in model.model_fields.items()]


def row(key: str, field: FieldInfo, prefix: str) -> str:
    override = "-" if "tuple" in str(field.annotation) or "providers." in prefix.lower() else f"`{prefix}__{key.upper()}`"
    return f"| `{key}` | {override} | {default(field)} | {field.description} | {allowed(field)} |"


def default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default is None:
        return "-"
    if field.default == ():
        return "`[]`"
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return f'`"{text}"`' if isinstance(value, str) else f"`{text.lower()}`"


def allowed(field: FieldInfo) -> str:
    low = next((f"{m.ge:g}" if isinstance(m, Ge) else f"above {m.gt:g}" for m in field.metadata if isinstance(m, Ge | Gt)), None)
    high = next((f"{m.le:g}" if m.le < 100_000 else str(m.le) for m in field.metadata if isinstance(m, Le)), None)
    if low and high:
        return f"{low} to {high}"
    if field.annotation is bool:
        return "`true`, `false`"
    words = [word for word in get_args(field.annotation) if isinstance(word, str)]
    if words:
        return ", ".join(f'`"{word}"`' for word in words)
    if any(isinstance(inner, type) and issubclass(inner, BaseModel) for inner in get_args(field.annotation)):
        return "list of tables"
    return "list of text" if "tuple" in str(field.annotation) else "text"


@pytest.mark.parametrize(("heading", "model"), TABLES.items(), ids=list(TABLES))
def test_a_table_lists_the_keys_of_its_model(heading: str, model: type[BaseModel]) -> None:
    assert rows_of(heading) == expected_rows(model, heading)


def test_there_is_no_table_for_anything_else() -> None:
    headings = re.findall(r"^## `(.+)`$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)

    assert headings == list(TABLES)


def test_every_key_has_a_meaning() -> None:
    assert [key for model in TABLES.values() for key, field in model.model_fields.items() if not field.description] == []


def test_the_example_can_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    path = tmp_path / "gateway.toml"
    path.write_text(example[1], encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "codefresh").write_text("key", encoding="utf-8")
    monkeypatch.setenv("BUILDKITE_TOKEN", "token")

    settings: Any = load_settings(path)

    assert [account.name for account in settings.providers] == ["acme-buildkite", "shop-codefresh"]
