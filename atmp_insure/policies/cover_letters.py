"""The letters by which cover is suspended for an unpaid premium, and comes back once everything is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.policies.paper_days import FIRST_HOUR, day_fr, eve
from atmp_insure.policies.paper_values import CoverLetter, Situation, references_of, state_before

if TYPE_CHECKING:
    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.transactions import Transaction

NOON = "à midi"
_ARTICLE = "article L.113-3 du code des assurances"


def suspension_letter(frame: Frame, found: Situation, transaction: Transaction) -> CoverLetter:
    """The letter of a suspension: from when, what stays due, how cover comes back, what may follow.

    Source: art. L.113-3 Code des assurances.
    """
    on = transaction.effective_on
    return CoverLetter(
        frame=frame,
        references=references_of(frame, found, ("Suspension", f"{day_fr(on)} {FIRST_HOUR}")),
        subject=f"Suspension de la garantie de votre contrat {frame.reference} au {day_fr(on)}",
        paragraphs=(
            (
                "La prime que réclamait notre mise en demeure n'a pas été payée dans les trente jours de son envoi. "
                f"La garantie de votre contrat est donc suspendue à compter du {day_fr(on)} {FIRST_HOUR} ({_ARTICLE})."
            ),
            (
                f"Le dernier jour garanti est le {day_fr(eve(on))}. Ce qui survient pendant la suspension n'est pas "
                "garanti et ne le deviendra pas, même si la prime est payée ensuite. Les sinistres garantis antérieurs "
                "continuent d'être indemnisés : continuez à nous transmettre vos notifications de taux."
            ),
            _due(found),
            (
                f"La garantie reprendra, pour l'avenir, {NOON} le lendemain du jour où toutes ces sommes auront été "
                "payées. Faute de paiement, l'assureur a le droit de résilier le contrat dix jours après l'expiration "
                "du délai de trente jours qui suit l'envoi de la mise en demeure."
            ),
        ),
        with_remedies=True,
    )


def _due(found: Situation) -> str:
    """What stays due during a suspension; more when the premium is called in several times."""
    if found.state.terms.frequency.calls == 1:
        return (
            "La suspension ne vous libère pas de la prime : elle reste due en entier, jours de suspension compris, "
            "avec, le cas échéant, les frais de poursuite et de recouvrement."
        )
    return (
        "La suspension ne vous libère pas de la prime : restent dues en entier, jours de suspension compris, les "
        "fractions que réclamait la mise en demeure, celles qui viennent à échéance pendant la suspension et, le cas "
        "échéant, les frais de poursuite et de recouvrement. La prime étant fractionnée, la suspension produit ses "
        f"effets, à défaut de paiement, jusqu'à la fin de l'année d'assurance, le {day_fr(found.state.year.last_day)}."
    )


def resumption_letter(frame: Frame, found: Situation, transaction: Transaction) -> CoverLetter:
    """The letter of a resumption: from which noon, and what stays uncovered.

    Source: art. L.113-3 Code des assurances.
    """
    on, suspended_on = transaction.effective_on, state_before(found).suspended_on
    assert suspended_on is not None
    return CoverLetter(
        frame=frame,
        references=references_of(frame, found, ("Remise en vigueur", f"{day_fr(on)} {NOON}")),
        subject=f"Remise en vigueur de votre contrat {frame.reference} au {day_fr(on)} {NOON}",
        paragraphs=(
            (
                "Nous avons reçu le paiement complet des sommes dues. La garantie de votre contrat, suspendue depuis "
                f"le {day_fr(suspended_on)} {FIRST_HOUR}, reprend le {day_fr(on)} {NOON}, le lendemain de ce paiement "
                f"({_ARTICLE})."
            ),
            (
                "Elle reprend pour l'avenir seulement. Ce qui est survenu du "
                f"{day_fr(suspended_on)} {FIRST_HOUR} au {day_fr(on)} {NOON} reste sans garantie, bien que la prime de "
                "ces jours ait été payée : il s'agit des sinistres dont le fait déclencheur "
                f"({found.product.trigger.basis.label}) se place entre ces deux moments."
            ),
            (
                "La prime des jours de suspension reste acquise à l'assureur. Toutes les conditions du contrat "
                "demeurent inchangées, et son année d'assurance finit comme prévu le "
                f"{day_fr(found.state.year.last_day)}."
            ),
        ),
        with_remedies=False,
    )
