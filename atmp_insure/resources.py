"""Where the top-level folders are: inside the installed wheel, else beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """The folder `config`, `templates` or `migrations`, bundled in the wheel or at the top of the checkout.

    Raises:
        FileNotFoundError: neither place has it: the installation is damaged.
    """
    for candidate in (_PACKAGE / "_bundled" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"dossier « {name} » absent de l'installation : réinstaller le produit")
