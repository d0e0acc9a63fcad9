"""Passkeys: what the browser is asked, and what its answer proves; the library does the cryptography."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import select
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from atmp_insure.access.models import Passkey, User
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are bound to: the host name, and the whole origin."""

    name: str
    host: str
    origin: str

    @classmethod
    def at(cls, address: str, name: str) -> Site:
        """The site at its public address."""
        parts = urlsplit(address)
        return cls(name, parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}")


def registration_options(session: ScopedSession, user: User, site: Site) -> tuple[str, bytes]:
    """What to ask of the browser to make a passkey: JSON, and the challenge to keep until it answers."""
    known = session.scalars(select(Passkey.credential_id).where(Passkey.user_id == user.id)).all()
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=str(user.id).encode("ascii"),
        user_name=user.sign_in,
        user_display_name=user.display_name,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes(one)) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return webauthn.options_to_json(options), options.challenge


def register(
    session: ScopedSession,
    user: User,
    site: Site,
    answer: dict[str, Any],
    *,
    challenge: bytes,
    label: str,
    now: datetime,
) -> Passkey:
    """Keep a new passkey.

    Raises:
        Refused: the answer does not prove it.
    """
    try:
        proof = webauthn.verify_registration_response(
            credential=json.dumps(answer), expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused("Cette clé d'accès n'a pas pu être vérifiée. Recommencer, sur cet appareil.") from error
    passkey = Passkey(
        user_id=user.id, credential_id=proof.credential_id, public_key=proof.credential_public_key,
        sign_count=proof.sign_count, label=label.strip()[:_LONGEST_LABEL] or "Clé d'accès", created_at=now,
    )  # fmt: skip
    session.add(passkey)
    session.flush()
    return passkey


def sign_in_options(site: Site) -> tuple[str, bytes]:
    """What to ask of the browser to sign in with any of its passkeys: JSON, and the challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options), options.challenge


@unscoped("nobody is signed in yet")
def proven(session: ScopedSession, site: Site, answer: dict[str, Any], challenge: bytes) -> tuple[Passkey, int] | None:
    """The passkey whose holder answered, with its new count; None when nothing is proven."""
    try:
        identifier = webauthn.base64url_to_bytes(str(answer["rawId"]))
        passkey = session.scalar(select(Passkey).where(Passkey.credential_id == identifier).with_for_update(of=Passkey))
        if passkey is None:
            return None
        proof = webauthn.verify_authentication_response(
            credential=json.dumps(answer), expected_challenge=challenge, expected_rp_id=site.host,
            expected_origin=site.origin, credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return passkey, proof.new_sign_count
