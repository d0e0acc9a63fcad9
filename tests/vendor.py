"""Copies what our pages use of npm packages into `atmp_insure/web/static/vendor/`: `python -m tests.vendor`.

Versions and hashes are those of the npm lock; `manifest.json` then holds the sha-256 of each copied file, which a test
rechecks. Icons are listed in `vendor_icons.txt`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "atmp_insure" / "web" / "static" / "vendor"
NPM_FILES = ("package.json", "package-lock.json")
BY_HAND = ("licences/tabler-core.txt", "licences/alpinejs-csp.txt")  # their packages carry no licence file
FONT = "@fontsource/source-sans-3"
FONT_FILES = [
    f"source-sans-3-{subset}-{style}.woff2"
    for subset in ("latin", "latin-ext")
    for style in ("400-normal", "400-italic", "600-normal", "700-normal")
]
ICONS = (Path(__file__).parent / "vendor_icons.txt").read_text("utf-8").split()
COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "licences/htmx.txt",
    "@alpinejs/csp/dist/cdn.min.js": "alpine/alpine-csp.min.js",
    "echarts/dist/echarts.common.min.js": "echarts/echarts.common.min.js",
    "echarts/LICENSE": "licences/echarts.txt",
    "echarts/NOTICE": "licences/echarts-notice.txt",
    "zrender/LICENSE": "licences/zrender.txt",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui/swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "licences/swagger-ui-bundle.txt",
    "swagger-ui-dist/LICENSE": "licences/swagger-ui.txt",
    "swagger-ui-dist/NOTICE": "licences/swagger-ui-notice.txt",
    f"{FONT}/LICENSE": "licences/source-sans-3.txt",
    "@tabler/icons/LICENSE": "licences/tabler-icons.txt",
    **{f"{FONT}/files/{name}": f"fonts/{name}" for name in FONT_FILES},
    **{f"@tabler/icons/icons/outline/{name}.svg": f"icons/{name}.svg" for name in ICONS},
}


def sha256(path: Path) -> str:
    """The digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_from(modules: Path) -> None:
    """Replace the copied files by those of `node_modules`, and write the manifest."""
    for old in json.loads((VENDOR / "manifest.json").read_text()) if (VENDOR / "manifest.json").exists() else []:
        if old not in BY_HAND:
            (VENDOR / old).unlink(missing_ok=True)
    for source, target in COPIES.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, VENDOR / target)
    names = sorted([*COPIES.values(), *BY_HAND])
    digests = {name: sha256(VENDOR / name) for name in names}
    (VENDOR / "manifest.json").write_text(json.dumps(digests, indent=2) + "\n", "utf-8")


def main() -> None:
    """Install the locked packages in a temporary folder and copy what is listed."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm est absent : l'installer pour renouveler les fichiers de static/vendor")
    with tempfile.TemporaryDirectory() as folder:
        for name in NPM_FILES:
            shutil.copyfile(VENDOR / name, Path(folder) / name)
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
        copy_from(Path(folder) / "node_modules")
    print(f"{len(COPIES)} fichiers copiés dans {VENDOR.name}/")


if __name__ == "__main__":
    main()
