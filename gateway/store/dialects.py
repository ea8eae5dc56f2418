"""The few things that the two databases word differently."""

from collections.abc import Sequence
from operator import eq
from typing import Any, Protocol, TypeVar

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Select, Table, Text, any_, cast, func, literal, literal_column, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import UnaryExpression

T = TypeVar("T")

Statement = Select[*tuple[Any, ...]]


class Stretches(msgspec.Struct, frozen=True):
    """Rows of a table whose `columns` have one of `values`, which are distinct, and that fulfil `conditions`, in an order.

    With an index on the columns and the order, each value is one stretch of it.
    """

    table: Table
    columns: Sequence[ColumnElement[Any]]
    values: Sequence[tuple[Any, ...]]
    conditions: Sequence[ColumnElement[bool]]
    order: Sequence[ColumnElement[Any]]


class Dialect(Protocol):
    """`shares_writing` when several transactions may write at the same time, so that rows need to be locked."""

    shares_writing: bool

    def texts(self, values: Sequence[str]) -> Any:
        """Texts as one parameter, so that a statement is the same however many there are."""
        ...

    def among(self, column: ColumnElement[str], texts: ColumnElement[Any]) -> ColumnElement[bool]:
        """`column IN texts`, where `texts` is a parameter for what `texts()` gives."""
        ...

    def among_values(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        """`column IN values`."""
        ...

    def matches(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """`*` stands for any text, and nothing else is special. Case counts."""
        ...

    def passed_over(self, column: ColumnElement[T]) -> ColumnElement[T]:
        """The column, where it must not decide which index is used."""
        ...

    def first_of_each(self, stretches: Stretches, limit: int) -> Statement:
        """For each value its first `limit` rows, all in one statement that is the same for any number of values."""
        ...

    def insert_or_skip(self, table: Table) -> Insert:
        """Rows whose primary key is there already are left as they are."""
        ...

    def insert_or_replace(self, table: Table, columns: Sequence[str]) -> Insert:
        """Rows whose primary key is there already get the new values of `columns`."""
        ...


class SqliteDialect:
    shares_writing = False

    def texts(self, values: Sequence[Any]) -> str:
        return msgspec.json.encode(values).decode()

    def among(self, column: ColumnElement[str], texts: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.in_(select(func.json_each(texts).table_valued("value").c.value))

    def among_values(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        return self.among(column, literal(self.texts(values)))

    def matches(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        # LIKE ignores case here.
        return column.op("GLOB", is_comparison=True)(pattern.replace("[", "[[]").replace("?", "[?]"))

    def passed_over(self, column: ColumnElement[T]) -> ColumnElement[T]:
        """SQLite only guesses how many rows a condition lets through. A plus sign keeps it from trying."""
        return UnaryExpression(column, operator=operators.custom_op("+"), type_=column.type)

    def first_of_each(self, stretches: Stretches, limit: int) -> Statement:
        given = func.json_each(literal(self.texts([list(each) for each in stretches.values]))).table_valued("value", name="given")
        keys = [func.json_extract(given.c.value, f"$[{place}]") for place in range(len(stretches.columns))]
        name = stretches.table.name
        own: Statement = select(literal_column(f"{name}.rowid")).where(*map(eq, stretches.columns, keys), *stretches.conditions)
        own = own.select_from(stretches.table).order_by(*stretches.order).limit(limit).correlate(given)
        whole = stretches.table.alias("whole")
        return select(whole).select_from(given.join(whole, literal_column("whole.rowid").in_(own)))

    def insert_or_skip(self, table: Table) -> Insert:
        return sqlite.insert(table).on_conflict_do_nothing()

    def insert_or_replace(self, table: Table, columns: Sequence[str]) -> Insert:
        insert = sqlite.insert(table)
        new = {name: insert.excluded[name] for name in columns}
        return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=new)


class PostgresqlDialect:
    shares_writing = True

    def texts(self, values: Sequence[str]) -> list[str]:
        return list(values)

    def among(self, column: ColumnElement[str], texts: ColumnElement[Any]) -> ColumnElement[bool]:
        return column == any_(cast(texts, ARRAY(Text)))

    def among_values(self, column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
        return self.among(column, literal(self.texts(values), ARRAY(Text)))

    def matches(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        escaped = pattern.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        return column.like(escaped.replace("*", "%"))

    def passed_over(self, column: ColumnElement[T]) -> ColumnElement[T]:
        """PostgreSQL counts, and chooses well."""
        return column

    def first_of_each(self, stretches: Stretches, limit: int) -> Statement:
        columns = stretches.columns
        by_column = zip(*stretches.values, strict=True)
        lists = [literal(list(each), ARRAY(column.type)) for column, each in zip(columns, by_column, strict=True)]
        keys = [f"key_{place}" for place in range(len(columns))]
        given = func.unnest(*lists).table_valued(*keys, name="given").render_derived()
        own = select(stretches.table).where(*map(eq, columns, given.c), *stretches.conditions)
        whole = own.order_by(*stretches.order).limit(limit).correlate(given).lateral("whole")
        return select(whole).select_from(given.join(whole, true()))

    def insert_or_skip(self, table: Table) -> Insert:
        return postgresql.insert(table).on_conflict_do_nothing()

    def insert_or_replace(self, table: Table, columns: Sequence[str]) -> Insert:
        insert = postgresql.insert(table)
        new = {name: insert.excluded[name] for name in columns}
        return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=new)
