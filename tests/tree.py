"""The project's own files, as they lie on disk; what tests about the whole tree walk over."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"node_modules", "instance", "build", "dist", "__pycache__", "vendor", "licences"}


def files(*suffixes: str, under: str = ".") -> Iterator[Path]:
    """Files of the project with one of ``suffixes``, below the folder ``under``."""
    for folder, folders, names in os.walk(ROOT / under):
        folders[:] = sorted(f for f in folders if f not in NOT_OURS and not f.startswith(".") and ".egg-info" not in f)
        yield from (Path(folder) / name for name in sorted(names) if name.endswith(suffixes))


def module_name(path: Path) -> str:
    """Dotted name of a module or package by its file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules(dotted: str) -> list[str]:
    """Names of a package and everything in it, or of one module; empty if there is none yet."""
    path = ROOT / Path(*dotted.split("."))
    if path.is_dir():
        return [module_name(file) for file in files(".py", under=str(path.relative_to(ROOT)))]
    return [dotted] if path.with_suffix(".py").is_file() else []


def top_level_modules() -> list[str]:
    """Modules that lie in the root: the configuration and the composition roots."""
    return sorted(path.stem for path in ROOT.glob("*.py"))
