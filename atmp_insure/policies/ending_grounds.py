"""How a letter of termination begins, by legal ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class EndingGround:
    """The legal ground on which a policy ends, as its letter needs it.

    Attributes:
        code: of the ground.
        label_fr: its name: `résiliation à l'échéance par l'assureur`.
        article: that it rests on: `article L.113-12 du code des assurances`; empty: none is named.
        by_insured, by_insurer: who ends the policy; both: by agreement or at either's will; neither: by law.
    """

    code: str
    label_fr: str
    article: str
    by_insured: bool
    by_insurer: bool


_REQUEST = (
    "Nous accusons réception de votre demande de résiliation de votre contrat {reference}, et nous en prenons acte."
)

_OPENINGS: Mapping[str, tuple[str, ...]] = {
    "due_date_insured": (
        _REQUEST,
        "Elle prend effet à l'échéance principale du contrat (article L.113-12 du code des assurances).",
    ),
    "due_date_insurer": (
        (
            "Nous vous notifions la résiliation de votre contrat {reference} à son échéance principale, comme "
            "l'article L.113-12 du code des assurances en donne le droit à l'assureur, en observant un préavis de deux "
            "mois au moins à compter de l'envoi de la présente lettre recommandée."
        ),
    ),
    "non_payment": (
        (
            "Malgré notre mise en demeure, les sommes dues au titre de votre contrat {reference} n'ont pas été "
            "réglées. La garantie a été suspendue à l'expiration du délai de trente jours qui a suivi l'envoi de la "
            "mise en demeure ; dix jours au moins se sont écoulés depuis. Nous vous notifions la résiliation du "
            "contrat pour non-paiement de la prime (article L.113-3 du code des assurances)."
        ),
        (
            "Les primes échues et les frais de poursuite et de recouvrement restent dus ; la résiliation ne vous en "
            "libère pas."
        ),
    ),
    "aggravation": (
        (
            "Le risque que garantit votre contrat {reference} s'est aggravé : si ces circonstances avaient existé lors "
            "de la souscription, l'assureur n'aurait pas contracté, ou ne l'aurait fait que moyennant une prime plus "
            "élevée. Nous vous notifions la résiliation du contrat (article L.113-4 du code des assurances) ; elle ne "
            "prend effet que dix jours au moins après sa notification."
        ),
    ),
    "aggravation_refused": (
        (
            "Le risque que garantit votre contrat {reference} s'est aggravé, et un nouveau montant de prime vous a été "
            "proposé. Vous l'avez refusé, ou n'y avez pas donné suite dans les trente jours. Comme notre proposition "
            "l'annonçait, nous vous notifions la résiliation du contrat à l'expiration de ce délai (article L.113-4 du "
            "code des assurances)."
        ),
    ),
    "decrease_refused": (
        _REQUEST,
        (
            "Le risque a diminué et la prime n'a pas été réduite en conséquence : votre dénonciation prend effet "
            "trente jours après (article L.113-4 du code des assurances)."
        ),
    ),
    "misdeclaration": (
        (
            "Nous avons constaté, avant tout sinistre, que le risque garanti par votre contrat {reference} a été "
            "déclaré de manière incomplète ou inexacte. Nous ne mettons pas en cause votre bonne foi. Le contrat "
            "n'étant pas maintenu moyennant une augmentation de prime que vous auriez acceptée, nous vous en notifions "
            "la résiliation, par la présente lettre recommandée ; elle prend effet dix jours après sa notification "
            "(article L.113-9 du code des assurances)."
        ),
    ),
    "nullity": (
        (
            "Nous invoquons la nullité de votre contrat {reference}, pour réticence ou fausse déclaration "
            "intentionnelle qui a changé l'objet du risque ou en a diminué l'opinion pour l'assureur, alors même que "
            "le risque omis ou dénaturé aurait été sans influence sur un sinistre (article L.113-8 du code des "
            "assurances)."
        ),
        (
            "Le contrat est réputé n'avoir jamais existé. Aucun sinistre, même antérieur à la présente, n'est garanti, "
            "et les indemnités déjà versées doivent être restituées."
        ),
    ),
    "change_of_situation": (
        (
            "La situation de votre entreprise a changé, et le risque que garantit votre contrat {reference}, en "
            "relation directe avec la situation antérieure, ne se retrouve pas dans la nouvelle. Le contrat est "
            "résilié ; la résiliation ne prend effet qu'un mois après sa notification (article L.113-16 du code des "
            "assurances)."
        ),
    ),
    "after_claim": (
        (
            "À la suite d'un sinistre, et comme les conditions générales en donnent le droit à l'assureur, nous vous "
            "notifions la résiliation de votre contrat {reference}. Elle ne prend effet qu'un mois après sa "
            "notification (article R.113-10 du code des assurances)."
        ),
    ),
    "risk_lost": (
        (
            "Le risque que garantissait votre contrat {reference} a disparu : aucune de vos sections assurées ne peut "
            "plus voir son taux varier du fait de ses sinistres. Le contrat, devenu sans objet, prend fin de plein "
            "droit (article L.121-1 du code des assurances)."
        ),
    ),
    "business_transfer": (
        (
            "L'entreprise, ou l'établissement, que garantit votre contrat {reference} a été transféré. L'assurance "
            "continue de plein droit au profit de l'acquéreur, mais l'acquéreur comme l'assureur peuvent la résilier "
            "(article L.121-10 du code des assurances). Cette faculté est exercée, et le contrat est résilié."
        ),
        (
            "Celui qui cède reste tenu des primes échues ; il est libéré, même comme garant, des primes à échoir à "
            "partir du moment où il a informé l'assureur du transfert par lettre recommandée."
        ),
    ),
    "mutual_agreement": (
        (
            "Nous confirmons la résiliation de votre contrat {reference}, décidée d'un commun accord entre l'assureur "
            "et votre entreprise (article 1193 du code civil)."
        ),
    ),
}
_OF_INSURED, _OF_INSURER, _OF_BOTH, _OF_LAW = (
    (_REQUEST, "Elle repose sur le motif suivant : {ground}."),
    ("Nous vous notifions la résiliation de votre contrat {reference}, pour le motif suivant : {ground}.",),
    ("Votre contrat {reference} est résilié, pour le motif suivant : {ground}.",),
    ("Votre contrat {reference} prend fin de plein droit, pour le motif suivant : {ground}.",),
)


def opening_of(ground: EndingGround) -> tuple[str, ...]:
    """How the letter of a ground begins, with places for `reference` and `ground`; one of its own, or that of its side.

    Source: the article that each text names.
    """
    own = _OPENINGS.get(ground.code)
    if own is not None:
        return own
    if ground.by_insured:
        return _OF_BOTH if ground.by_insurer else _OF_INSURED
    return _OF_INSURER if ground.by_insurer else _OF_LAW
