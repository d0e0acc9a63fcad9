"""Settings of one installation, read once at the edge; nothing below the edges knows the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from atmp_insure.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides.

    Attributes:
        config_overlay: the office's own `config/`, read over the product's; None when there is none.
    """

    config_overlay: Path | None = None


def read_settings() -> Settings:
    """The settings of this process, from `ATMP_…` variables of the environment.

    Raises:
        InvalidInput: `ATMP_CONFIG_DIR` names something that is not a folder.
    """
    overlay = os.environ.get("ATMP_CONFIG_DIR")
    if not overlay:
        return Settings()
    if not Path(overlay).is_dir():
        raise InvalidInput.one(
            f"« {overlay} » n'est pas un dossier",
            "Créer ce dossier, ou retirer la variable ATMP_CONFIG_DIR",
            place="ATMP_CONFIG_DIR",
        )
    return Settings(config_overlay=Path(overlay))
