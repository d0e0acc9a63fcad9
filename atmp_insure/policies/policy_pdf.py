"""The papers of a policy as French PDFs: from their ready values alone; the same values give the same bytes."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING, Protocol

from atmp_insure.documents.letters import Letter, letter_html, report_html
from atmp_insure.documents.pdf import pdf_of
from atmp_insure.kernel.paris import PARIS
from atmp_insure.underwriting.quote_texts import NOT_SET

if TYPE_CHECKING:
    from atmp_insure.policies.paper_frame import Frame
    from atmp_insure.policies.paper_values import (
        AdjustmentLetter,
        Certificate,
        CoverLetter,
        EndorsementPaper,
        RenewalLetter,
        SpecialConditions,
        TerminationLetter,
    )

    ContractPaper = SpecialConditions | EndorsementPaper | Certificate


class FramedLetter(Protocol):
    """A letter about a policy: what stands around its text, its references, its subject."""

    @property
    def frame(self) -> Frame:
        """Who writes, to whom, on which day."""

    @property
    def references(self) -> tuple[tuple[str, str], ...]:
        """The reference block."""

    @property
    def subject(self) -> str:
        """What the letter is about."""


_ARTICLE = re.compile(r"(?:\barticles? )?\b[LRD]\.\d+(?:-\d+)*")
_UNCUT = r'<span class="whole">\g<0></span>'  # an article of a code is read as one word


def special_conditions_pdf(paper: SpecialConditions) -> bytes:
    """The PDF of the special conditions (conditions particulières)."""
    return _printed(paper.frame, paper_html("policy_special_conditions", paper))


def endorsement_pdf(paper: EndorsementPaper) -> bytes:
    """The PDF of an endorsement (avenant)."""
    return _printed(paper.frame, paper_html("policy_endorsement", paper))


def certificate_pdf(paper: Certificate) -> bytes:
    """The PDF of a certificate of cover (attestation d'assurance)."""
    return _printed(paper.frame, paper_html("policy_certificate", paper))


def renewal_pdf(paper: RenewalLetter) -> bytes:
    """The PDF of a renewal letter, or of the notice of new terms."""
    return letter_pdf("policy_renewal", paper)


def termination_pdf(paper: TerminationLetter) -> bytes:
    """The PDF of a letter of termination."""
    return letter_pdf("policy_termination", paper)


def cover_pdf(paper: CoverLetter) -> bytes:
    """The PDF of the letter of a suspension, or of a resumption."""
    return letter_pdf("policy_cover", paper)


def adjustment_pdf(paper: AdjustmentLetter) -> bytes:
    """The PDF of the letter of an adjustment."""
    return letter_pdf("policy_adjustment", paper)


def paper_html(template: str, paper: ContractPaper) -> str:
    """A paper of the contract as a page that stands alone."""
    named = dict(paper.references)
    return report_html(
        template, paper=paper, addressee=_addressee(paper.frame), product_fr=named["Produit"], not_set=NOT_SET
    )


def letter_pdf(template: str, paper: FramedLetter) -> bytes:
    """The PDF of a letter about a policy."""
    return _printed(paper.frame, policy_letter_html(template, paper))


def policy_letter_html(template: str, paper: FramedLetter) -> str:
    """A letter about a policy as a page that stands alone."""
    frame = paper.frame
    letter = Letter(
        office=frame.office, addressee=_addressee(frame), references=paper.references, place=frame.town,
        dated=frame.dated, subject=paper.subject, signatory=frame.signatory or frame.office.name,
        signatory_role=frame.signatory_role,
    )  # fmt: skip
    return letter_html(template, letter, paper=paper, not_set=NOT_SET)


def _addressee(frame: Frame) -> tuple[str, ...]:
    return tuple(line for line in (frame.client.name, frame.addressee, *frame.client.lines) if line)


def _printed(frame: Frame, html: str) -> bytes:
    head, body, rest = html.partition("<body")
    whole = f"{head}{body}{_ARTICLE.sub(_UNCUT, rest)}"
    return pdf_of(whole, dated=datetime.combine(frame.dated, time(), PARIS))
