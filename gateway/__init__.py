"""One GraphQL endpoint over many CI/CD accounts: everything a client cannot see. What it can see lives in `schema`."""
