"""Changes of the tables, one file each in `versions`, in alembic's form. A released one is never edited."""
