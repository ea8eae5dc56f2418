"""The two secrets of an account: the license key, sent in logins only, and the token that a login gives."""

import httpx

from gateway.upstream.auth import HeaderCredential, Secret


class NoTokenError(Exception):
    """A call's turn came when there was no token: it was not made. Whoever makes calls waits for the login, and makes it then.

    Not a GatewayError: it never comes as far as a reader, and is no word on the provider.
    """


class AccessCredential:
    """What the transport stack puts on calls: the token. NoTokenError while there is none. Never shows either secret."""

    __slots__ = ("_bearer", "_before", "_license_key")

    def __init__(self, license_key: Secret) -> None:
        self._license_key = license_key
        self._bearer: HeaderCredential | None = None
        self._before: HeaderCredential | None = None  # refused, but a call with it may still be on its way

    @property
    def license_key(self) -> str:
        return self._license_key.get_secret_value()

    def take(self, token: str) -> None:
        """Calls bear this token from now on. ValueError for text that no header can carry."""
        self._bearer = HeaderCredential("Authorization", token, prefix="Bearer ")

    def drop(self) -> None:
        """No call is made until there is a new one."""
        self._before, self._bearer = self._bearer or self._before, None

    def __call__(self, headers: httpx.Headers) -> None:
        if not headers:
            self._tell_all(headers)
        elif self._bearer is None:
            raise NoTokenError
        else:
            self._bearer(headers)

    def for_logins(self, headers: httpx.Headers) -> None:
        """In the place of the credential where logins are made: they bear no token, and both secrets are hidden all the same."""
        if not headers:
            self._tell_all(headers)

    def __repr__(self) -> str:
        return "AccessCredential(hidden)"

    def _tell_all(self, headers: httpx.Headers) -> None:
        """No call is without headers: the stack wants to know what to hide, should the vendor have echoed it."""
        headers["license-key"] = self.license_key
        for number, bearer in enumerate((self._before, self._bearer)):
            if bearer is not None:
                bearer(headers)
                headers[f"token-{number}"] = headers.pop("authorization")
