"""What a transaction says in a sentence, as pages and papers tell it; a page in English says it in English."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.written import amount_text, date_text, deductible_text, number_text, percent_text
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Listed, Phrase
from atmp_insure.policies import changes
from atmp_insure.policies.transactions import Adjustment, Endorsement, Opening, Renewal, Reversal, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from atmp_insure.guarantees.product import Limits
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.transactions import Content

NO_LIMIT = Label("sans plafond")
_OFFICE = Label("le bureau, sans courtier")


def content_said(content: Content, names: Mapping[int, str], grounds: Mapping[str, Label]) -> tuple[Label, ...]:
    """What a transaction says, a sentence for each thing.

    Args:
        names: of organisations, by their number.
        grounds: names of the grounds of termination, by their code.

    Source: none; wording of this product.
    """
    match content:
        case Endorsement(changes=changed) | Renewal(changes=changed):
            begun = (_renewed(content),) if isinstance(content, Renewal) else ()
            return (*begun, *(change_said(one, names) for one in changed))
        case Termination(ground=ground, refunding=refunding):
            return (grounds.get(ground, Label(ground)), refunding.label)
        case Opening():
            return (_begun(content),)
        case Adjustment():
            return (_adjusted(content),)
        case Reversal(of_number=number):
            return (Phrase("Transaction n° %(number)s annulée", number=str(number)),)
    return ()


def _begun(content: Opening) -> Label:
    terms = content.terms
    return Phrase(
        "Sections assurées : %(count)s ; prime annuelle nette : %(net)s ; première année jusqu'au %(day)s",
        count=str(len(terms.sections)), net=amount_text(terms.net_eur), day=date_text(content.year.last_day),
    )  # fmt: skip


def _renewed(content: Renewal) -> Label:
    first, last = date_text(content.year.first_day), date_text(content.year.last_day)
    return Phrase("Année d'assurance du %(first)s au %(last)s", first=first, last=last)


def _adjusted(content: Adjustment) -> Label:
    paid_eur = sum(content.wages_eur.values(), Fraction(0))
    return Phrase(
        "Masse salariale définitive du %(first)s au %(last)s : %(wages)s", first=date_text(content.year.first_day),
        last=date_text(content.year.last_day), wages=amount_text(paid_eur),
    )  # fmt: skip


def change_said(change: Change, names: Mapping[int, str]) -> Label:
    """What a change does, in a sentence.

    Source: none; wording of this product.
    """
    return _SAID[type(change)](change, names)


def limits_said(limits: Limits) -> Label:
    """Limits in words: `par section et par an : 1 000 000 € ; par an : 2 000 000 €`.

    Source: none; wording of this product.
    """
    said = []
    if limits.section_year_eur is not None:
        said.append(Phrase("par section et par an : %(amount)s", amount=amount_text(limits.section_year_eur)))
    if limits.year_eur is not None:
        said.append(Phrase("par an : %(amount)s", amount=amount_text(limits.year_eur)))
    if limits.policy_eur is not None:
        said.append(Phrase("par année d'assurance, au total : %(amount)s", amount=amount_text(limits.policy_eur)))
    return Listed(said, " ; ") if said else NO_LIMIT


def _section(siret: str, section: str) -> str:
    return f"{siret} / {section}"


def _opened(change: changes.OpenSection, _names: Mapping[int, str]) -> Label:
    one = change.section
    return Phrase(
        "Section %(section)s %(origin)s, masse salariale de %(wages)s par an", section=_section(one.siret, one.section),
        origin=one.origin.label, wages=amount_text(one.wages_eur),
    )  # fmt: skip


def _closed(change: changes.CloseSection, _names: Mapping[int, str]) -> Label:
    section = _section(change.siret, change.section)
    if change.buyer_siren:
        return Phrase("Section %(section)s retirée : %(why)s à l'entreprise %(siren)s", section=section,
                      why=change.leaving.label, siren=change.buyer_siren)  # fmt: skip
    return Phrase("Section %(section)s retirée : %(why)s", section=section, why=change.leaving.label)


def _moved(change: changes.MoveSection, _names: Mapping[int, str]) -> Label:
    return Phrase(
        "Section %(section)s transférée avec son historique au SIRET %(siret)s",
        section=_section(change.siret, change.section), siret=change.to_siret,
    )  # fmt: skip


def _paid(change: changes.ChangeWages, _names: Mapping[int, str]) -> Label:
    return Phrase(
        "Masse salariale annuelle de la section %(section)s : %(wages)s",
        section=_section(change.siret, change.section), wages=amount_text(change.wages_eur),
    )  # fmt: skip


def _read_again(change: changes.RereadSection, _names: Mapping[int, str]) -> Label:
    return Phrase(
        "Section %(section)s relue : code risque %(code)s, effectif %(count)s, masse salariale annuelle %(wages)s",
        section=_section(change.siret, change.section), code=change.risk_code, count=number_text(change.headcount),
        wages=amount_text(change.wages_eur),
    )  # fmt: skip


def _cover(change: changes.ChangeCover, _names: Mapping[int, str]) -> Label:
    covered = [one.label_fr for one in GUARANTEES if one.code in change.guarantees]
    causes = Label("accidents et maladies") if change.diseases else Label("accidents seulement, sans les maladies")
    return Phrase("Garanties : %(guarantees)s (%(causes)s)", guarantees=Listed(tuple(covered), " ; "), causes=causes)


def _deductible(change: changes.ChangeDeductible, _names: Mapping[int, str]) -> Label:
    return Phrase("Franchise : %(deductible)s", deductible=deductible_text(change.deductible))


def _limits(change: changes.ChangeLimits, _names: Mapping[int, str]) -> Label:
    return Phrase("Plafonds : %(limits)s", limits=limits_said(change.limits))


def _priced(change: changes.ChangePrice, _names: Mapping[int, str]) -> Label:
    return Phrase("Nouveau prix ; prime minimale : %(minimum)s", minimum=amount_text(change.minimum_eur))


def _versioned(change: changes.ChangeProductVersion, _names: Mapping[int, str]) -> Label:
    return Phrase("Conditions de la version %(version)s du produit", version=change.product_version)


def _called(change: changes.ChangeInstalments, _names: Mapping[int, str]) -> Label:
    return Phrase("Fractionnement %(frequency)s", frequency=change.frequency.label)


def _broked(change: changes.ChangeBroker, names: Mapping[int, str]) -> Label:
    broker = _OFFICE if change.broker_id is None else names.get(change.broker_id, "")
    return Phrase("Courtier : %(broker)s", broker=broker)


def _borne(change: changes.ChangeInsurer, names: Mapping[int, str]) -> Label:
    shares = tuple(Listed((names.get(one.organisation_id, ""), percent_text(one.share)), " ") for one in change.shares)
    return Phrase("Assureurs : %(shares)s", shares=Listed(shares))


def _addressed(_change: changes.ChangeContact, _names: Mapping[int, str]) -> Label:
    return Label("Un autre interlocuteur")


def _debited(change: changes.ChangeMandate, _names: Mapping[int, str]) -> Label:
    return Label("Plus de prélèvement") if change.mandate_id is None else Label("Un autre mandat de prélèvement")


def _restated(change: changes.Restated, _names: Mapping[int, str]) -> Label:
    return Phrase(
        "État repris d'un autre système ; prime annuelle nette : %(net)s", net=amount_text(change.terms.net_eur)
    )


_SAID: Mapping[type[Any], Callable[[Any, Mapping[int, str]], Label]] = {
    changes.OpenSection: _opened, changes.CloseSection: _closed, changes.MoveSection: _moved,
    changes.ChangeWages: _paid, changes.RereadSection: _read_again, changes.ChangeCover: _cover,
    changes.ChangeDeductible: _deductible,
    changes.ChangeLimits: _limits, changes.ChangePrice: _priced, changes.ChangeProductVersion: _versioned,
    changes.ChangeInstalments: _called, changes.ChangeBroker: _broked, changes.ChangeInsurer: _borne,
    changes.ChangeContact: _addressed, changes.ChangeMandate: _debited, changes.Restated: _restated,
}  # fmt: skip
