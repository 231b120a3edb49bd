"""A second institution: it holds shares, opens batches again on its own machine, and countersigns what comes out."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.agency import Custodian
from rehearsal.hosts import types
from rehearsal.ledger import StepFailed

NAME = {"kk": "Омбудсмен кеңсесі", "ru": "Офис омбудсмена", "en": "Office of the Ombudsman"}
LENT = ("manifest.jws", "board.jws", "drawn.jws", "batch.bin")


@dataclass
class SecondInstitution:
    """``machine`` is its own folder: its signing key, and what it is lent for an opening. ``key`` is hexadecimal."""

    machine: Path
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.machine.mkdir(parents=True, exist_ok=True)
        self._write("passphrase", "the second institution's own\n")
        names = [word for language, name in NAME.items() for word in (f"--name-{language}", name)]
        self.key = self._types("keygen", str(self._own), *names, *self._secret).split()[-1]

    @property
    def card(self) -> bytes:
        """What it hands to the agency."""
        return (self._own / "countersigner.jws").read_bytes()

    def countersigns(self, folder: Path, key_file: Path, custodians: Sequence[Custodian]) -> Path:
        """Open a campaign's batch again with the shares of these custodians, and sign. Gives the file."""
        here = self.machine / folder.name
        here.mkdir()
        for name in LENT:
            shutil.copy(folder / name, here / name)
        shutil.copy(key_file, here / key_file.name)
        words = [word for one in custodians for word in ("--share", str(one.share), *self._passphrase_of(one))]
        self._types(
            *("sign", str(here), "--own", str(self._own), *self._secret, "--key", str(here / key_file.name)), *words
        )
        (signed,) = here.glob("countersignature-*.jws")
        return signed

    @property
    def _own(self) -> Path:
        return self.machine / "own"

    @property
    def _secret(self) -> tuple[str, str]:
        return "--own-passphrase-file", str(self.machine / "passphrase")

    def _passphrase_of(self, custodian: Custodian) -> tuple[str, ...]:
        """Typed by the custodian there; from a file here."""
        if not custodian.passphrase:
            return ()
        name = f"passphrase-of-{custodian.login}"
        self._write(name, f"{custodian.passphrase}\n")
        return "--share-passphrase", f"{custodian.login}={self.machine / name}"

    def _write(self, name: str, text: str) -> None:
        (self.machine / name).write_text(text, encoding="utf-8")

    def _types(self, *words: str) -> str:
        result = types("countersign", *words)
        if result.exit_code != 0:
            raise StepFailed(f"countersign {words[0]}: {result.output} {result.exception}")
        return str(result.stdout)
