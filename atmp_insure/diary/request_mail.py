"""The mail that asks a party for papers: which are missing, where each lies, by which link they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper as the mail names it.

    Attributes:
        where: where its addressee finds it; empty when nothing is known.
        remark: why the one they sent was refused; empty when they sent none.
    """

    label: str
    where: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RequestMail:
    """What a mail that asks for papers says.

    Attributes:
        reminders: how many times they were asked for before.
    """

    office: str
    company: str
    addressee: str
    purpose: str
    due_on: date
    link: str
    papers: Sequence[Asked]
    reminders: int = 0

    @property
    def subject(self) -> str:
        """The subject of the mail."""
        said = "Rappel : pièces attendues" if self.reminders else "Pièces à nous transmettre"
        return f"{said} pour {self.company}"

    @property
    def body(self) -> str:
        """The text of the mail."""
        count = len(self.papers)
        asked = "Il nous manque encore" if self.reminders else "Nous avons besoin de"
        named = "cette pièce" if count == 1 else f"ces {count} pièces"
        lines = "\n".join(line for paper in self.papers for line in _lines(paper))
        return (
            f"Bonjour {self.addressee},\n\n{self.purpose}\n\n"
            f"{asked} {named}, à nous transmettre au plus tard le {self.due_on:%d/%m/%Y} :\n\n"
            f"{lines}\n\nDéposez-les par ce lien, sans créer de compte ; vous y verrez ce qui est déjà arrivé :\n"
            f"{self.link}\n\nCe lien vous est personnel : il permet seulement de déposer des pièces, sans en montrer "
            f"aucune. Répondez à ce courriel pour toute question.\n\n{self.office}\n"
        )


def _lines(paper: Asked) -> list[str]:
    found = [f"- {paper.label}"]
    if paper.remark:
        found.append(f"  La pièce reçue ne convient pas : {paper.remark}")
    if paper.where:
        found.append(f"  Où la trouver : {paper.where}")
    return found
