"""The mapped base class: strict tables, constraint names that migrations rely on, and what every table must declare.

Every mapped class either declares `scope(who)`, the rows an actor may see, or is marked `PUBLIC` reference, or
`INTERNAL` to the mechanisms of `db` and `access` (no page reads it).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import BigInteger, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from atmp_insure.db import types

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who

PUBLIC = "public"  # everyone signed in may read it
INTERNAL = "internal"  # only functions marked @unscoped touch it


class Base(DeclarativeBase):
    """Root of all tables.

    Attributes:
        visibility: `PUBLIC` or `INTERNAL` for a class without `scope`.
        append_only: rows are never changed nor deleted; the database itself refuses.
        logged: whether the change log keeps what happens to its rows.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        types.Euros: types.EuroCents(),
        types.RateFraction: types.RateUnits(),
        types.People: types.PeopleHundredths(),
        types.Secret: types.SecretText(),
        types.WrappedKey: types.KeyToken(),
        types.Digest: LargeBinary(),
        types.Json: types.PlainJson(),
        Decimal: types.EuroCents(),
        datetime: types.UtcMoment(),
        str: Text(),
        bytes: LargeBinary(),
        int: BigInteger(),
    }
    __table_args__: Any = {"sqlite_strict": True}  # noqa: RUF012 - SQLAlchemy reads it so

    visibility: ClassVar[str | None] = None
    append_only: ClassVar[bool] = False
    logged: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The rows that an actor may see and write; overridden by every class that is neither public nor internal."""
        raise NotImplementedError(f"{cls.__name__} declares neither scope nor visibility")


def with_constraints(*constraints: Any) -> Any:
    """`__table_args__` of a table: its constraints and indexes, and strictness."""
    return (*constraints, {"sqlite_strict": True})
