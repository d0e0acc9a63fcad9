"""The articles of the policy that guarantees cite and write: their numbers and headings stand here and nowhere else."""

from __future__ import annotations

from atmp_insure.kernel.labelled import Labelled


class Clause(Labelled):
    """An article of the general conditions, by its number."""

    INSURED_EVENTS = "2", "Événements garantis"
    COVER_PERIOD = "3", "Période de garantie"
    WAITING_PERIOD = "4", "Délai de carence"
    EXCLUSIONS = "5", "Exclusions"  # each exclusion is a clause of it: 5.1, 5.2; a product version holds them
    INDEMNITY = "6", "Calcul de l'indemnité"
    RECOURSES = "7", "Recours"
    CONTESTATION_FEES = "8", "Frais de contestation"
    RUN_OFF = "9", "Suite de la garantie"

    @property
    def cited(self) -> str:
        """How a reason cites it: `conditions générales, article 3 (période de garantie)`."""
        heading = f"{self.label[0].lower()}{self.label[1:]}"
        return f"conditions générales, article {self.value} ({heading})"

    def saying(self, text_fr: str) -> str:
        """The article with its number, its heading and its text."""
        return f"Article {self.value}. {self.label}. {text_fr}"
