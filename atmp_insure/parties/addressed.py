"""Rows that have a postal address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped


class Addressed:
    """A row with the three columns of an address."""

    if TYPE_CHECKING:
        address: Mapped[str | None]
        postcode: Mapped[str | None]
        town: Mapped[str | None]

    @property
    def address_line(self) -> str:
        """The address on one line: `1 rue des Essais, 75001 Paris`; "" when nothing of it is known."""
        town = " ".join(filter(None, (self.postcode, self.town)))
        return ", ".join(filter(None, (self.address, town)))
