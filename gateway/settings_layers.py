"""The places settings come from, each as plain values by section and key: flags, environment, file."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.providers import REGISTRY
from gateway.settings_problems import ConfigurationError, Problem

CONFIG_VARIABLE = "GATEWAY_CONFIG"
DEFAULT_PATH = Path("gateway.toml")
PREFIX = "GATEWAY_"
PROVIDER_KEY = re.compile(r"PROVIDERS__([0-9]{1,3})__([A-Z_]+)")

Location = tuple[str | int, ...]
Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Layers:
    """What was found. `origins` tells which environment variable a value came from."""

    path: Path
    flags: Values
    environment: Values
    file: Values
    origins: dict[Location, str]
    problems: tuple[Problem, ...]


def read_layers(path: Path | None, sections: Mapping[str, type[BaseModel]], flags: dict[str, Values]) -> Layers:
    """The layers, strongest first. A file that cannot be read is a ConfigurationError at once."""
    path = path or configured_path()
    file = read_file(path)
    environment: dict[str, Values] = {}
    origins: dict[Location, str] = {}
    problems: list[Problem] = []
    for variable, text in sorted(os.environ.items()):
        if not text or not variable.startswith(PREFIX) or "__" not in variable:
            continue
        section, _, key = variable.removeprefix(PREFIX).lower().partition("__")
        if section in sections and key in sections[section].model_fields:
            environment.setdefault(section, {})[key] = _convert(_located(key, text, path.parent), sections[section], key)
            origins[section, key] = variable
        elif location := _override_provider(file, variable, text, path.parent):
            origins[location] = variable
        else:
            problems.append(Problem(variable, "there is no such setting"))
    if os.environ.get("PORT") and ("server", "port") not in origins:
        environment.setdefault("server", {})["port"] = _convert(os.environ["PORT"], sections["server"], "port")
        origins["server", "port"] = "PORT"
    return Layers(path, dict(flags), dict(environment), file, origins, tuple(problems))


def configured_path() -> Path:
    """The file that is read when no flag names one."""
    return Path(os.environ.get(CONFIG_VARIABLE) or DEFAULT_PATH)


def read_file(path: Path) -> Values:
    """The file's tables. Paths of secret files are taken from its own folder."""
    try:
        values: Values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(path, (Problem("", f"there is no such file: pass --config or set {CONFIG_VARIABLE}"),)) from None
    except OSError as error:
        raise ConfigurationError(path, (Problem("", f"the file cannot be read: {error.strerror}"),)) from None
    except UnicodeDecodeError:
        raise ConfigurationError(path, (Problem("", "the file is not UTF-8 text"),)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(path, (Problem("", f"the file is not valid TOML: {error}"),)) from None
    _resolve_files(values, path.parent)
    return values


def _resolve_files(value: object, folder: Path) -> None:
    """Paths of secret files, in tables of any depth."""
    if isinstance(value, list):
        for item in value:
            _resolve_files(item, folder)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and (key == "file" or key.endswith("_file")):
                value[key] = str(folder / item)
            else:
                _resolve_files(item, folder)


def _located(key: str, text: str, folder: Path) -> str:
    """The path of a secret file, from the folder of the configuration file."""
    return str(folder / text) if key.endswith("_file") else text


def _override_provider(file: Values, variable: str, text: str, folder: Path) -> Location | None:
    """GATEWAY_PROVIDERS__0__BASE_URL replaces a key of the first provider; only providers of the file have keys."""
    match = PROVIDER_KEY.fullmatch(variable.removeprefix(PREFIX))
    providers = file.get("providers")
    if match is None or not isinstance(providers, list):
        return None
    index, key = int(match[1]), match[2].lower()
    if index >= len(providers) or not isinstance(providers[index], dict):
        return None
    text = _located(key, text, folder)
    models = {registration.kind.value: registration.settings for registration in REGISTRY}
    model = models.get(str(providers[index].get("kind")))
    providers[index][key] = _convert(text, model, key) if model is not None and key in model.model_fields else text
    return ("providers", index, key)


def _convert(text: str, section: type[BaseModel], key: str) -> object:
    """Text as the key's type; left as it is when it cannot be, for validation to refuse it by name."""
    annotation = section.model_fields[key].annotation
    if annotation is None:
        return text
    try:
        converted: object = TypeAdapter(annotation).validate_python(text)
    except ValidationError:
        return text
    return converted
