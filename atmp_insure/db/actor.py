"""Who acts: a person with what was granted to them today, or a named part of the system."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ScopeGrant:
    """Rights, and where they hold: everywhere, or in what is named.

    Attributes:
        rights: codes of what may be done.
        everywhere: for every company (the office's own staff, and the system).
        organisation_id: for the companies of an organisation.
        company_id: for one company.
        establishment_id: for one establishment.
        file_ref: for one file (`accident:12`).
    """

    rights: frozenset[str]
    everywhere: bool = False
    organisation_id: int | None = None
    company_id: int | None = None
    establishment_id: int | None = None
    file_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name a session reads and writes; it never changes during the session.

    A right given for one company is never used for another: rights and their scope stay together in each grant.

    Attributes:
        name: sign-in name of the person, or the name of the system's part, as logs show it.
        user_id: None for a part of the system.
        grants: what was granted, and where.
        is_system: a part of the system, which holds every right everywhere.
        via: name of the personal token by which a program acts for the person; empty: they act themselves.
    """

    name: str
    user_id: int | None = None
    grants: tuple[ScopeGrant, ...] = ()
    is_system: bool = False
    via: str = ""

    @property
    def signature(self) -> str:
        """Who acts, as the logs write it: the person, and the token that a program holds for them."""
        return f"{self.name} (jeton « {self.via} »)" if self.via else self.name

    @property
    def rights(self) -> frozenset[str]:
        """Everything they may do somewhere."""
        return frozenset[str]().union(*(grant.rights for grant in self.grants))

    def may(self, right: str) -> bool:
        """Whether they hold a right somewhere."""
        return self.is_system or right in self.rights

    def granted(self, right: str | None) -> tuple[ScopeGrant, ...]:
        """The grants that give a right; all of them when none is asked for."""
        return tuple(grant for grant in self.grants if right is None or right in grant.rights)

    def everywhere(self, right: str | None) -> bool:
        """Whether a right holds for every company."""
        return self.is_system or any(grant.everywhere for grant in self.granted(right))

    def narrowed(self, rights: frozenset[str], via: str) -> Actor:
        """The same person through a token: of what they hold today, only these rights, each where it holds."""
        kept = (replace(grant, rights=grant.rights & rights) for grant in self.grants)
        return replace(self, grants=tuple(grant for grant in kept if grant.rights), via=via)


NOBODY = Actor("personne")


def system(part: str) -> Actor:
    """A named part of the system: a job, a worker, a command run by whoever runs the machine."""
    return Actor(f"système:{part}", is_system=True)
