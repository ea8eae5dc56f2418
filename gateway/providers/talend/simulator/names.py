"""The invented people of the tenant."""

PEOPLE = {
    "mreyes": "Maria Reyes",
    "jlindgren": "Jonas Lindgren",
    "tokafor": "Tobenna Okafor",
    "fupton": "Fay Upton",
    "skimura": "Sayaka Kimura",
}


def full_name(login: str) -> str:
    return PEOPLE.get(login, login)
