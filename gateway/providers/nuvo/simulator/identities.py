"""Who may log in. All values are invented."""

from dataclasses import dataclass, field
from typing import Literal

IdentityType = Literal["USER", "SUB_ORG"]


@dataclass(frozen=True, slots=True)
class Identity:
    """A user or a sub-organization; `sees_all` for users who own the account."""

    id: str
    name: str
    identifier: str
    type: IdentityType
    sees_all: bool = False

    def document(self) -> dict[str, object]:
        return {"id": self.id, "name": self.name, "identifier": self.identifier, "type": self.type}


OPS = Identity("65e0a1b2c3d4e5f600000001", "Ops", "ops@example.com", "USER", sees_all=True)
ANA = Identity("65e0a1b2c3d4e5f600000002", "Ana Novak", "ana@example.com", "USER")
NEWCOMER = Identity("65e0a1b2c3d4e5f600000003", "Noor Haddad", "noor@example.com", "USER")
EMEA = Identity("65e0a1b2c3d4e5f600000011", "Acme EMEA", "acme-emea", "SUB_ORG")
APAC = Identity("65e0a1b2c3d4e5f600000012", "Acme APAC", "acme-apac", "SUB_ORG")
IDENTITIES = (OPS, ANA, NEWCOMER, EMEA, APAC)


@dataclass(frozen=True, slots=True)
class License:
    """What a login needs beside an identity."""

    key: str = field(repr=False)
    identities: tuple[Identity, ...]

    def identity(self, identifier: str, kind: str) -> Identity | None:
        for identity in self.identities:
            if (identity.identifier, identity.type) == (identifier, kind):
                return identity
        return None


FULL_LICENSE = License("nuvo-license-simulated-5c1f7e3a9b", IDENTITIES)
OTHER_LICENSE = License("nuvo-license-simulated-0d4b8a6c2e", (NEWCOMER,))
LICENSES = (FULL_LICENSE, OTHER_LICENSE)
