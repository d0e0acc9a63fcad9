"""Opening the installation that the settings describe, for commands and for the web application alike."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, NoSuchModuleError, OperationalError

from atmp_insure import tables
from atmp_insure.db import migration
from atmp_insure.db.engine import open_database
from atmp_insure.db.keyring import KeyRing, make_keys_once
from atmp_insure.db.scope import require_declarations
from atmp_insure.kernel.errors import ExternalServiceError, InvalidInput
from atmp_insure.settings import PRODUCTION, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.db.engine import Database
    from atmp_insure.db.facts import FactHandler
    from atmp_insure.settings import Settings

_URL_PLACE = "ATMP_DATABASE__URL"


def open_installation(settings: Settings, handlers: Mapping[str, tuple[FactHandler, ...]] | None = None) -> Database:
    """The database of an installation, with its keys; outside production it makes its own keys at its first start.

    Raises:
        UndeclaredTable: a table says neither its scope nor that it is public.
        MissingKeys: the key ring is absent or unreadable.
        InvalidInput: the address of the database is not one.
    """
    assert tables.METADATA.tables, "every table is known before the first session"
    require_declarations()
    if settings.environment != PRODUCTION:
        make_keys_once(settings.keys_file)
    ring = KeyRing(settings.keys_file)
    try:
        return open_database(settings.database_url, ring, handlers, pool_size=settings.database.pool_size)
    except (ArgumentError, NoSuchModuleError) as error:
        remedy = "Écrire sqlite:///chemin/fichier.sqlite ou postgresql+psycopg://rôle:secret@machine/base"
        raise InvalidInput.one("adresse de base de données illisible", remedy, place=_URL_PLACE) from error
    except ModuleNotFoundError as error:
        remedy = "Installer le produit avec son extra « postgres »"
        raise InvalidInput.one(f"module « {error.name} » absent", remedy, place=_URL_PLACE) from error


@contextmanager
def opened_installation(
    handlers: Mapping[str, tuple[FactHandler, ...]] | None = None, *, migrated: bool = True
) -> Iterator[tuple[Settings, Database]]:
    """Settings and database for the length of a command; a database that does not answer is one line, no traceback.

    Args:
        handlers: fact → what upper domains mark.
        migrated: whether the command needs the schema of this version.
    """
    settings = read_settings()
    database = open_installation(settings, handlers)
    try:
        if migrated:
            migration.require_current(database)
        yield settings, database
    except (OperationalError, InterfaceError) as error:
        reason = " ".join(str(error.orig).split())
        raise ExternalServiceError(f"Base de données injoignable ({reason}). Vérifier {_URL_PLACE}.") from error
    except DatabaseError as error:
        if "not a database" not in str(error.orig):
            raise
        raise InvalidInput.one(
            f"« {database.engine.url.database} » n'est pas une base de données", "Vérifier ce fichier"
        ) from error
    finally:
        database.close()
