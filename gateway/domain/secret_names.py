"""What sounds like a secret by its name, and addresses without theirs: they may be shown to people."""

import re
from urllib.parse import unquote_plus

HIDDEN = "***"
"""Stands in the place of what is not shown. Settings do not take it for a value: it would be saved in the place of the secret."""

_SEPARATOR = re.compile(r"[\W_]+")
_SECRET = re.compile(
    r"token|secret|passw(?:or)?d|passphrase|credential|(?:private|api|access|license)key|auth(?!or(?!i[sz]ation))|signature|cookie"
    r"|connectionstring|webhookurl",
    re.IGNORECASE,
)
_SECRET_PARAMETER = re.compile(r"key|^sig$|^pwd$", re.IGNORECASE)
_HOOK = re.compile(r"(?<=/)((?:web)?hooks?|deliver)/.+", re.IGNORECASE | re.DOTALL)
_URL = re.compile(r"://[^\s\"'<>`]+")
_LONGEST_NAME = 256


def is_secret_name(name: str) -> bool:
    """Of a member of an object, or of a header: `clientSecret`, `X-Api-Key`, but not `author`. A very long one is taken for one."""
    return len(name) > _LONGEST_NAME or _SECRET.search(_SEPARATOR.sub("", name)) is not None


def url_without_secrets(url: str) -> str:
    """The URL as it was, but for user names, the values of parameters whose names sound like secrets, and what follows `hook/` or
    `deliver/` in its path: whoever knows that may call it.
    """
    scheme, slashes, rest = url.partition("://")
    place = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority, slash, path = place.partition("/")
    if "@" in authority:
        authority = f"{HIDDEN}@{authority.rpartition('@')[2]}"
    shown = authority + _HOOK.sub(rf"\1/{HIDDEN}", slash + path) + rest[len(place) :]
    first, *parts = re.split(r"([?&;#])", shown)
    return scheme + slashes + first + "".join(_shown(part) for part in parts)


def text_without_secrets(text: str) -> str:
    """The same for every URL in it."""
    return _URL.sub(lambda found: url_without_secrets(found[0]), text) if "://" in text else text


def header_without_secrets(name: str, value: str) -> str:
    """The value as it is, or what can be shown of it."""
    return HIDDEN if value and is_secret_name(name) else text_without_secrets(value)


def _shown(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}={HIDDEN}" if equals and (len(name) > _LONGEST_NAME or _is_secret_parameter(_decoded(name))) else part


def _is_secret_parameter(name: str) -> bool:
    return is_secret_name(name) or _SECRET_PARAMETER.search(name) is not None


def _decoded(name: str) -> str:
    """Until nothing is left to decode: servers behind servers decode more than once."""
    while (decoded := unquote_plus(name)) != name:
        name = decoded
    return name
