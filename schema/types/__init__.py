"""GraphQL types, one noun per file: views of domain values."""
