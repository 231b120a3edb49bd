"""Taking the other offices' documents over HTTP into the own exchange folder.

Nothing is trusted for where it came from: a document goes into the folder only after the same check that its reader
makes (signature, pinned key, campaign). What is there is never replaced, but a Release that its agency superseded keeps
standing under its number. An office that does not answer holds up nothing that the others have.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from survey_app.domain.errors import PikirError
from survey_app.web.exchange import Exchange
from survey_app.web.source import Index, Source, SourceUnreachable, make_pool

LARGEST_DOCUMENT = 1024 * 1024
LOCK = ".pulling.lock"
_NUMBERED = re.compile(r"(release|scoring-record)(-[1-9][0-9]*)?\.jws")


class PulledElsewhere(PikirError):
    """Another process pulls into this exchange folder now."""

    slug = "pulled-elsewhere"


class DocumentDiffers(PikirError):
    """An office offers another document under a name than the one that it gave before."""

    slug = "document-differs"


@dataclass(frozen=True)
class Wanted:
    """A document that an office takes: ``check`` raises what speaks against these bytes; ``headers`` go with asking."""

    name: str
    check: Callable[[bytes], object]
    largest: int = LARGEST_DOCUMENT
    headers: Callable[[], Mapping[str, str]] = dict


@dataclass(frozen=True)
class Pulled:
    """One pull from ``office``: ``taken`` as campaign/name, ``doubts`` in words, why it was ``unreachable``."""

    office: str
    taken: tuple[str, ...]
    doubts: tuple[str, ...]
    unreachable: str | None


@dataclass(frozen=True)
class Puller:
    """An office that pulls: from ``sources`` (office to address) into ``exchange``.

    ``wanted(source, campaign, names)`` yields what it would take of the names on offer, one after another: when it is
    asked for the next, the one before is in the folder or was refused.
    """

    exchange: Exchange
    sources: Mapping[str, str]
    wanted: Callable[[str, str, frozenset[str]], Iterator[Wanted]]
    sleep: Callable[[float], None] = field(default=time.sleep, compare=False)


def pull(puller: Puller) -> tuple[Pulled, ...]:
    """Ask every source once, all at the same time. Raises PulledElsewhere."""
    with _alone(puller.exchange), make_pool() as pool:
        sources = [Source(office, address, pool, puller.sleep) for office, address in puller.sources.items()]
        if not sources:
            return ()
        with ThreadPoolExecutor(len(sources)) as threads:
            return tuple(threads.map(lambda source: _pull_from(puller, source), sources))


def read_text(data: bytes) -> str:
    """A compact JWS as the exchange folder's readers see it."""
    return data.decode("ascii", errors="replace").strip()


def _pull_from(puller: Puller, source: Source) -> Pulled:
    taken: list[str] = []
    doubts: list[str] = []
    try:
        index = source.index()
        for campaign_id in sorted(index):
            _pull_campaign(puller, source, index, campaign_id, taken, doubts)
    except SourceUnreachable as error:
        return Pulled(source.office, tuple(taken), tuple(doubts), str(error))
    except PikirError as error:
        doubts.append(str(error))
    return Pulled(source.office, tuple(taken), tuple(doubts), None)


def _pull_campaign(  # noqa: PLR0917 (two lists that grow)
    puller: Puller, source: Source, index: Index, campaign_id: str, taken: list[str], doubts: list[str]
) -> None:
    offered = index[campaign_id]
    for wanted in puller.wanted(source.office, campaign_id, frozenset(offered)):
        try:
            if _take(puller.exchange, source, campaign_id, offered, wanted):
                taken.append(f"{campaign_id}/{wanted.name}")
        except SourceUnreachable:
            raise
        except (PikirError, ValueError, LookupError, TypeError, AttributeError) as error:  # whatever garbage raises
            doubts.append(f"{campaign_id}/{wanted.name} of the {source.office} was not taken: {error}")


def _take(exchange: Exchange, source: Source, campaign_id: str, offered: Mapping[str, str], wanted: Wanted) -> bool:
    """Whether the document was put into the folder just now."""
    if wanted.name not in offered:
        return False
    own = _own_digest(exchange, campaign_id, wanted.name)
    if own == offered[wanted.name]:
        return False
    moved = None if own is None else _superseded_name(wanted.name, own, offered)
    if own is not None and moved is None:
        raise DocumentDiffers("another one is here already, and stays; ask that office by another way which is theirs")
    data = source.fetch(campaign_id, wanted.name, wanted.largest, wanted.headers())
    wanted.check(data)
    if moved is not None:
        exchange.path(campaign_id, wanted.name).rename(exchange.path(campaign_id, moved))
    exchange.put(campaign_id, wanted.name, data)
    return True


def _own_digest(exchange: Exchange, campaign_id: str, name: str) -> str | None:
    if not exchange.has(campaign_id, name):
        return None
    return hashlib.sha256(exchange.get(campaign_id, name)).hexdigest()


def _superseded_name(name: str, own: str, offered: Mapping[str, str]) -> str | None:
    """Under which number the office keeps what stands here under the plain name; None if it does not."""
    match = _NUMBERED.fullmatch(name)
    if match is None or match[2]:
        return None
    numbered = (other for other, digest in offered.items() if digest == own and other != name)
    return next((other for other in numbered if (found := _NUMBERED.fullmatch(other)) and found[1] == match[1]), None)


@contextmanager
def _alone(exchange: Exchange) -> Iterator[None]:
    exchange.folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(exchange.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PulledElsewhere("another process is pulling into this exchange folder now") from error
        yield
    finally:
        os.close(descriptor)
