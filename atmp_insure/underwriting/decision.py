"""Accept, refer or refuse: what the rules of the product say of a file, each reason with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros, french_number, french_percent
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.rating.unit import ZERO
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting.exposure import OWN_RATE, section_name_fr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.product import Limits, ProductVersion
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.underwriting.exposure import Exposure
    from atmp_insure.underwriting.pricing import PricedVariant

GENERAL_SCHEME = "general"


class Verdict(Labelled):
    """What becomes of a file."""

    ACCEPT = "accept", "accepté"
    REFER = "refer", "à soumettre au service souscription"
    REFUSE = "refuse", "refusé"


@dataclass(frozen=True, slots=True)
class VerdictReason:
    """Why a file is not simply accepted, or what must be known with it.

    Attributes:
        code: stable name.
        verdict: what the reason alone leads to; `ACCEPT` only informs.
        remedy_fr: what would lift it; "" when nothing would.
        source: clause, article or rule of the office.
    """

    code: str
    verdict: Verdict
    text_fr: str
    remedy_fr: str
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The gravest verdict of all reasons, which come the gravest first."""

    verdict: Verdict
    reasons: tuple[VerdictReason, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the client answers of facts that no paper tells.

    Attributes:
        scheme: régime of the employer.
        injunction: whether a prevention injunction is in force.
        additional_contribution: whether a supplementary contribution is in force.
        unlisted_events: whether grave accidents or diseases are known that no account shows yet.
        group_wages_eur: wages of the other insured companies of its group.
        answered: keys of findings that were answered (`finding_key`).
        has_needs: whether the form of demands and needs was filled; the command, which has no form, does without.
        begun_days: days of the cover that are over when the file is studied, whose claims may be known.
    """

    scheme: str = GENERAL_SCHEME
    injunction: bool = False
    additional_contribution: bool = False
    unlisted_events: bool = False
    group_wages_eur: Fraction = ZERO
    answered: frozenset[str] = field(default_factory=frozenset)
    has_needs: bool = True
    begun_days: int = 0


def finding_key(finding: Finding) -> str:
    """What an answer to a finding is kept under: its code and its place in its paper."""
    return f"{finding.code}|{finding.file}|{finding.place}"


def decision(
    found: Exposure,
    priced: Sequence[PricedVariant],
    declared: Declared,
    product: ProductVersion,
    first_day: date | None = None,
) -> Decision:
    """What becomes of a file; nothing but its reasons decides.

    Args:
        priced: variants with their price; none when no price can be made.
        first_day: of the cover; None: papers are taken to be recent.

    Source: product version (eligibility, authority); art. L.113-2 2° Code des assurances (declaration of the risk).
    """
    found = replace(found, modes=product.eligibility.modes)
    reasons = [
        *_refusals(found, declared, product), *_of_papers(found, declared), *_of_sections(found, product),
        *_of_declaration(declared), *_of_size(found, declared, product), *_of_variants(priced, product),
        *_information(found), *_of_age(found, first_day),
    ]  # fmt: skip
    reasons = list(dict.fromkeys(reasons))  # sections of one company may say the same of it
    order = list(reversed(Verdict))
    reasons.sort(key=lambda reason: order.index(reason.verdict))
    return Decision(reasons[0].verdict if reasons else Verdict.ACCEPT, tuple(reasons))


def _refusals(found: Exposure, declared: Declared, product: ProductVersion) -> Iterator[VerdictReason]:
    rule = f"{product.label_fr}, version {product.version} : éligibilité"
    if declared.scheme not in product.eligibility.schemes:
        yield VerdictReason(
            "scheme", Verdict.REFUSE,
            "L'employeur ne relève pas du régime général : la garantie ne lui est pas ouverte.", "", rule,
        )  # fmt: skip
    with_own_rate = [one for one in found.sections if one.mode in OWN_RATE]
    if with_own_rate and not found.insurable:
        covered = " ou ".join(sorted(mode.label for mode in product.eligibility.modes))
        yield VerdictReason(
            "mode_not_covered", Verdict.REFUSE,
            f"Le produit ne couvre que la tarification {covered}, dont aucune section ne relève.", "", rule,
        )  # fmt: skip
    if found.sections and not with_own_rate:
        yield VerdictReason(
            "collective_only", Verdict.REFUSE,
            "Toutes les sections sont au taux collectif : leurs sinistres ne font pas varier leur taux, et la garantie "
            "n'aurait pas d'objet.", "", f"{rule} ; art. D.242-6-2 CSS",
        )  # fmt: skip
    smallest = product.eligibility.smallest_headcount
    headcount = max((one.company_headcount for one in found.sections), default=None)
    if headcount is not None and headcount < smallest:
        yield VerdictReason(
            "headcount", Verdict.REFUSE,
            f"Effectif de l'entreprise : {french_number(headcount)}, au-dessous des {smallest} salariés requis.", "",
            rule,
        )  # fmt: skip
    if not found.sections:
        missing = " ".join(one.missing_fr for one in found.unusable)
        yield VerdictReason(
            "no_section", Verdict.REFUSE, f"Aucune section ne peut être étudiée. {missing}".strip(),
            "Déposer les trois dernières feuilles de calcul et les trois derniers comptes employeur", rule,
        )  # fmt: skip


def _of_papers(found: Exposure, declared: Declared) -> Iterator[VerdictReason]:
    rule = "devoir de conseil, art. L.521-4 du code des assurances"
    for finding in found.errors:
        if finding_key(finding) not in declared.answered:
            yield VerdictReason(
                "finding_to_answer", Verdict.REFER, f"Constat sans réponse : {finding.message_fr}",
                "Répondre au constat, ou corriger la pièce", finding.legal_basis or rule,
            )  # fmt: skip
    for missing in found.missing_papers:
        yield VerdictReason(
            "missing_paper", Verdict.REFER, f"Il manque {missing}.", "La demander au client", "étude du risque"
        )
    for unusable in found.unusable:
        yield VerdictReason(
            "unusable_section", Verdict.REFER,
            f"La {unusable.name_fr} ne peut pas être étudiée : {unusable.missing_fr}",
            "Compléter ses pièces, ou l'exclure", "étude du risque",
        )  # fmt: skip


def _of_sections(found: Exposure, product: ProductVersion) -> Iterator[VerdictReason]:
    limits = product.authority
    rule = f"{product.label_fr}, version {product.version} : pouvoirs"
    for section in found.insurable:
        if section.last_rate.status is Status.IMPOSSIBLE:
            yield VerdictReason(
                "rate_not_recomputed", Verdict.REFER,
                f"Le taux {section.last_rate.rate_year} de la {section.name_fr} n'a pas pu être recalculé.",
                "Compléter les comptes employeur", "étude du risque",
            )  # fmt: skip
        heads, smallest = section.company_headcount, product.eligibility.smallest_headcount
        near = [one for one in section.thresholds if heads >= smallest and abs(heads - one) < limits.headcount_margin]
        for threshold in near:
            yield VerdictReason(
                "headcount_near_threshold", Verdict.REFER,
                f"Effectif de {french_number(heads)} : proche du seuil de "
                f"{french_number(threshold)} salariés, où le mode de tarification change.", "", rule,
            )  # fmt: skip
        if section.settled_wages_eur is not None:
            yield VerdictReason(
                "payroll_differs", Verdict.REFER,
                f"Masse salariale {max(section.wages_by_year)} de la {section.name_fr} : "
                f"{french_euros(section.last_wages_eur, 2)} selon les pièces, "
                f"{french_euros(section.settled_wages_eur, 2)} retenus au dossier.",
                "Trancher la différence dans les masses salariales de l'entreprise, ou corriger la pièce",
                "étude du risque",
            )  # fmt: skip
        lent = section.temporary_workers
        if lent and lent >= limits.temporary_share * section.headcount:
            yield VerdictReason(
                "temporary_workers", Verdict.REFER,
                f"{french_number(section.temporary_workers)} intérimaires en équivalent temps plein pour "
                f"{french_number(section.headcount)} salariés dans la {section.name_fr}.", "", rule,
            )  # fmt: skip
    if len(found.grave) >= limits.open_grave_claims:
        yield VerdictReason(
            "grave_claims", Verdict.REFER,
            f"{len(found.grave)} sinistres graves dans les comptes connus (examen par le service souscription à partir "
            f"de {limits.open_grave_claims}).", "", rule,
        )  # fmt: skip


def _of_age(found: Exposure, first_day: date | None) -> Iterator[VerdictReason]:
    """Papers that are not of the year before the cover, or the year itself: the rates between are not known."""
    for section in found.insurable:
        last = section.last_rate.rate_year
        if first_day is not None and last < first_day.year - 1:
            yield VerdictReason(
                "stale_papers", Verdict.REFER,
                f"Le dernier taux connu de la {section.name_fr} est celui de {last}, pour une prise d'effet le "
                f"{first_day:%d/%m/%Y}.", "Demander les feuilles de calcul suivantes", "étude du risque",
            )  # fmt: skip
        if first_day is not None and last > first_day.year:
            yield VerdictReason(
                "papers_after_start", Verdict.REFER,
                f"La prise d'effet du {first_day:%d/%m/%Y} précède le dernier taux connu ({last}).",
                "Choisir un autre jour, ou décider en connaissance des sinistres survenus depuis", "étude du risque",
            )  # fmt: skip


def _of_declaration(declared: Declared) -> Iterator[VerdictReason]:
    rule = "art. L.113-2 2° du code des assurances"
    if not declared.has_needs:
        yield VerdictReason(
            "needs_missing", Verdict.REFER, "La fiche de besoins n'est pas remplie.",
            "La remplir avec le client avant tout devis", "art. L.521-4 du code des assurances",
        )  # fmt: skip
    said = {
        "injunction": (declared.injunction, "Une injonction de prévention est en vigueur."),
        "additional_contribution": (
            declared.additional_contribution, "Une cotisation supplémentaire est en vigueur ; elle n'est pas garantie.",
        ),
        "unlisted_events": (
            declared.unlisted_events,
            "Des accidents ou maladies graves sont connus qui ne figurent encore sur aucun compte : ils sont exclus.",
        ),
    }  # fmt: skip
    for code, (holds, text) in said.items():
        if holds:
            yield VerdictReason(code, Verdict.REFER, text, "", rule)
    if declared.begun_days > 0:
        days = "un jour est déjà passé" if declared.begun_days == 1 else f"{declared.begun_days} jours sont déjà passés"
        yield VerdictReason(
            "begun_already", Verdict.REFER,
            f"La prise d'effet précède ce devis : {days}, dont les sinistres peuvent être connus.",
            "Choisir une prise d'effet à venir, ou faire déclarer par le client qu'aucun sinistre n'est survenu depuis",
            rule,
        )  # fmt: skip


def _of_size(found: Exposure, declared: Declared, product: ProductVersion) -> Iterator[VerdictReason]:
    largest = product.authority.largest_wages_eur
    own = sum((section.last_wages_eur for section in found.insurable), ZERO)
    if own + declared.group_wages_eur > largest:
        # without their amount: whoever quotes this company may not follow the others
        group = ", jointe à celle des autres sociétés assurées du groupe," if declared.group_wages_eur else ""
        yield VerdictReason(
            "wages_above_authority", Verdict.REFER,
            f"La masse salariale garantie de {french_euros(own, 0)}{group} dépasse {french_euros(largest, 0)}.", "",
            f"{product.label_fr}, version {product.version} : pouvoirs",
        )  # fmt: skip


def _of_variants(priced: Sequence[PricedVariant], product: ProductVersion) -> Iterator[VerdictReason]:
    limits, rule = product.authority, f"{product.label_fr}, version {product.version} : pouvoirs"
    worst = max((one.whole.percentiles_eur[-1] for one in priced), default=ZERO)
    if worst > limits.largest_percentile_eur:
        yield VerdictReason(
            "loss_above_authority", Verdict.REFER,
            f"Une année sur deux cents coûterait plus de {french_euros(worst, 0)} à l'assureur, au-dessus de "
            f"{french_euros(limits.largest_percentile_eur, 0)}.", "", rule,
        )  # fmt: skip
    offered = {one.deductible for one in product.deductibles if not one.by_exception}
    if any(one.variant.deductible not in offered for one in priced):
        yield VerdictReason(
            "deductible_by_exception", Verdict.REFER, "Une formule demande une franchise par dérogation.",
            "Choisir une franchise du produit", rule,
        )  # fmt: skip
    if any(_is_higher(one.variant.limits, product.limits) for one in priced):
        yield VerdictReason(
            "limit_by_exception", Verdict.REFER, "Une formule demande un plafond plus haut que celui du produit.",
            "Conserver le plafond du produit", rule,
        )  # fmt: skip
    discount = max((one.variant.discount for one in priced), default=ZERO)
    if discount > limits.largest_discount:
        given, most = french_percent(discount * 100), french_percent(limits.largest_discount * 100)
        yield VerdictReason(
            "discount_above_authority", Verdict.REFER, f"Remise de {given}, au-dessus de {most}.",
            "Réduire la remise", rule,
        )  # fmt: skip


def _is_higher(asked: Limits, offered: Limits) -> bool:
    """Whether any limit is raised, or left out where the product has one."""
    pairs = (
        (asked.section_year_eur, offered.section_year_eur), (asked.year_eur, offered.year_eur),
        (asked.policy_eur, offered.policy_eur),
    )  # fmt: skip
    return any(most is not None and (one is None or one > most) for one, most in pairs)


def _information(found: Exposure) -> Iterator[VerdictReason]:
    for section in found.sections:
        if section.mode is Mode.COLLECTIVE and found.insurable:
            yield VerdictReason(
                "collective_section", Verdict.ACCEPT,
                f"La {section.name_fr} est au taux collectif : elle n'est pas assurée et ne coûte rien.", "",
                "art. D.242-6-2 CSS",
            )  # fmt: skip
    for claim in found.grave:
        yield VerdictReason(
            "known_claim", Verdict.ACCEPT,
            f"Sinistre connu, donc exclu : {claim.name} ({section_name_fr(claim.section_key)}).", "",
            "conditions générales : sinistres antérieurs ou connus",
        )  # fmt: skip
