"""Sixteen clients at once: drawing and submitting with full cryptography, each HTTP request timed.

Clients live in processes of their own on the same machine. Rates count everything that a client does (keys, blinding,
verifying, sealing, signing, receipt); latencies are of the POST alone, as a browser would see it.
"""

import multiprocessing
import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.place import Place
from simulation.http import Web
from simulation.respondent import Link, begin_drawing, envelope_fields, finish_drawing, read_link, seal_envelope
from survey_app.domain.answers import Answers, encode_answers
from survey_app.domain.batch import Envelope, Receipt
from survey_app.domain.documents import read_document
from survey_app.domain.manifest import CampaignManifest
from survey_app.domain.questionnaire import Questionnaire, parse_questionnaire
from survey_app.domain.token import Token

CLIENTS, PROCESSES = 16, 2


@dataclass(frozen=True)
class Task:
    """What one process of clients is to do: draw with ``links``, or submit under ``tokens``."""

    manifest: CampaignManifest
    questionnaire: bytes
    links: tuple[str, ...] = ()
    tokens: tuple[Token, ...] = ()
    clients: int = CLIENTS // PROCESSES


@dataclass(frozen=True)
class Done:
    """When work began and ended (the machine's monotonic clock), its CPU seconds, each POST's seconds, the results."""

    began: float
    ended: float
    cpu: float
    seconds: tuple[float, ...]
    tokens: tuple[Token, ...] = ()
    envelopes: tuple[Envelope, ...] = ()


@dataclass(frozen=True)
class Rate:
    """A measured rate with the latencies of its requests, and CPU milliseconds a request at server and client."""

    count: int
    clients: int
    per_second: float
    milliseconds: dict[str, float]
    server_cpu: float
    client_cpu: float


class Clients:
    """Client processes, started and warm before anything is measured."""

    def __init__(self, processes: int = PROCESSES) -> None:
        self._processes = processes
        self._pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))
        for future in [self._pool.submit(time.sleep, 0.3) for _ in range(processes)]:
            future.result()

    def run(self, tasks: Sequence[Task]) -> list[Done]:
        """Run the tasks side by side."""
        futures: list[Future[Done]] = [self._pool.submit(run_task, task) for task in tasks]
        return [future.result() for future in futures]

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown()


def run_task(task: Task) -> Done:
    """All of a task's draws or submissions, by ``clients`` threads."""
    web = Web(connections=task.clients)
    questionnaire = parse_questionnaire(task.questionnaire)
    links = [read_link(link) for link in task.links]
    with ThreadPoolExecutor(task.clients) as people:
        cpu, began = time.process_time(), time.monotonic()
        drawn = list(people.map(lambda link: _draw(web, task.manifest, link), links))
        sent = list(people.map(lambda token: _submit(web, task.manifest, questionnaire, token), task.tokens))
        ended, cpu = time.monotonic(), time.process_time() - cpu
    web.close()
    tokens, envelopes = tuple(token for _, token in drawn), tuple(envelope for _, envelope in sent)
    return Done(began, ended, cpu, tuple(seconds for seconds, _ in (*drawn, *sent)), tokens, envelopes)


def measure(place: Place, clients: Clients, tasks: Sequence[Task]) -> tuple[Rate, list[Done]]:
    """Rate and latencies of ``tasks`` side by side, and what came out of each."""
    cpu = place.cpu_seconds()
    done = clients.run(tasks)
    cpu = place.cpu_seconds() - cpu
    seconds = [second for part in done for second in part.seconds]
    elapsed = max(part.ended for part in done) - min(part.began for part in done)
    rate = Rate(
        count=len(seconds),
        clients=sum(task.clients for task in tasks),
        per_second=round(len(seconds) / elapsed, 1),
        milliseconds=percentiles(seconds),
        server_cpu=round(1000 * cpu / len(seconds), 2),
        client_cpu=round(1000 * sum(part.cpu for part in done) / len(seconds), 2),
    )
    return rate, done


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the maximum in milliseconds."""
    ordered = sorted(seconds)
    at = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * ordered[min(len(ordered) - 1, int(p * len(ordered)))], 2) for name, p in at.items()}


def _draw(web: Web, manifest: CampaignManifest, link: Link) -> tuple[float, Token]:
    drawing = begin_drawing(manifest, link)
    began = time.monotonic()
    answer = web.post(f"{link.origin}/c/{link.campaign_id}/issue", drawing.request, expect={200})
    seconds = time.monotonic() - began
    return seconds, finish_drawing(drawing, answer)


def _submit(web: Web, manifest: CampaignManifest, asked: Questionnaire, token: Token) -> tuple[float, Envelope]:
    positions = tuple(random.randint(0, len(question.options)) for question in asked.questions)  # noqa: S311
    envelope = seal_envelope(manifest, token, encode_answers(asked, Answers(positions)))
    fields = envelope_fields(envelope)
    began = time.monotonic()
    answer = web.post(f"{manifest.collector_url}/c/{token.campaign_id}/responses", fields, expect={201})
    seconds = time.monotonic() - began
    assert read_document(Receipt, answer["receipt"], manifest.collector_key).leaf == envelope.leaf  # noqa: S101
    return seconds, envelope
