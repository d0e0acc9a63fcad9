"""Identifiers and addresses as people type them."""

from __future__ import annotations

import pytest

from atmp_insure.kernel.identifiers import mail_address_faults


@pytest.mark.parametrize("typed", ["p.martin@exemple.invalid", " p@a.b ", "prénom.nom@sous.domaine.exemple.invalid"])
def test_an_address_that_a_mail_can_go_to(typed: str) -> None:
    assert mail_address_faults(typed, "email") == []


@pytest.mark.parametrize(
    "typed",
    ["p.martin", "@", "a@", "@exemple.invalid", "a b@exemple.invalid", "a@exemple", "a@.", "a@b@c.d"],
)
def test_an_address_that_no_mail_can_go_to_is_refused_in_its_field(typed: str) -> None:
    [fault] = mail_address_faults(typed, "email")
    assert (fault.message, fault.place) == (f"adresse « {typed} » incomplète", "email")


def test_an_address_that_was_not_typed_is_asked_for() -> None:
    [fault] = mail_address_faults("  ", "email")
    assert fault.message == "adresse électronique absente"
