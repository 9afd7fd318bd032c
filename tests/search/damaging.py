"""Every file of a published index damaged in every way, one case after another, in a process of its own:

    python -m tests.search.damaging INDEX_DIR SEED

It tells each case before it begins, so that whoever reads knows in which one the process died that did.
"""

from __future__ import annotations

import gc
import random
import resource
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from click.testing import CliRunner
from msgspec import Struct

from index import columnar
from index.generations import CURRENT, MANIFEST, current_generation, read_manifest
from search import IndexUnavailable, open_index
from tests.questions import QUESTIONS, Question, answer
from webapp.cli import main

MEMORY = 2 * 1024**3
SECONDS = 20
"""For one case; then the system ends the process."""
IN_TURN = 3
"""Of so many questions one is asked in a case: each of a file's next cases asks others."""
LARGE = 64 * 1024
FLIPS, FLIPS_OF_LARGE = 2, 32
"""Bytes at random places, beside the first, the middle and the last one."""
MEND = "genelight index"

Told = dict[str, str]
"""What each question was answered, as a digest."""


class Case(Struct, frozen=True):
    name: str
    """Path inside the index directory."""
    how: str


class Outcome(Struct):
    case: Case
    opened: bool = False
    refused: int = 0
    """Questions that were answered by a named error."""
    wrong: int = 0
    """Answers that differ from those of the whole index."""
    faults: list[str] = []
    """What must never be."""


def damages(
    name: str, whole: bytes, chance: random.Random, engine: str
) -> Iterator[tuple[Case, bytes | None]]:
    """Each way to damage a file, and what it holds then: None when it is deleted.

    What every generation has is read alike whatever its engine is, and damaged in all ways with one of them.
    """
    yield Case(name, "deleted"), None
    if not whole:
        return
    if engine != columnar.NAME and name.split("/")[1:2] != [engine]:
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= chance.randrange(1, 256)
        yield Case(name, f"byte {len(whole) // 2}"), bytes(flipped)
        return
    yield Case(name, "emptied"), b""
    yield Case(name, "cut in half"), whole[: len(whole) // 2]
    yield Case(name, "cut by a byte"), whole[:-1]
    flips = FLIPS if len(whole) < LARGE else FLIPS_OF_LARGE
    places = {0, len(whole) // 2, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(flips))}
    for place in sorted(places):
        flipped = bytearray(whole)
        flipped[place] ^= chance.randrange(1, 256)
        yield Case(name, f"byte {place}: {flipped[place]} instead of {whole[place]}"), bytes(flipped)


def files_of(index_dir: Path) -> list[str]:
    """The paths, inside an index directory, of all that the published index consists of."""
    generation = current_generation(index_dir)
    assert generation is not None
    inside = [MANIFEST, "in-use", *sorted(read_manifest(generation).files)]
    return [CURRENT, *(f"{generation.name}/{name}" for name in inside)]


def examine(index_dir: Path, case: Case, expected: Told, questions: Sequence[Question]) -> Outcome:
    """What the command line and a reader make of a damaged index."""
    outcome = Outcome(case, faults=[])
    verified = CliRunner().invoke(main, ["info", "--verify", "--index-dir", str(index_dir)])
    blamed = "the manifest is missing or damaged", "has format", f"{case.name.partition('/')[2]}: "
    if verified.exit_code != 1 or MEND not in verified.output:
        outcome.faults.append(f"info --verify: exit code {verified.exit_code}, {verified.output!r}")
    elif case.name != CURRENT and not any(blame in verified.output for blame in blamed):
        outcome.faults.append(f"info --verify does not name the file: {verified.output!r}")
    try:
        with open_index(index_dir) as genes:
            outcome.opened = True
            for question in questions:
                try:
                    outcome.wrong += answer(genes, question) != expected[str(question)]
                except IndexUnavailable as told:
                    outcome.refused += 1
                    _require_mend(told, outcome)
                except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                    outcome.faults.append(f"{question}: {_where(error)}")
    except IndexUnavailable as told:
        _require_mend(told, outcome)
    except Exception as error:  # noqa: BLE001
        outcome.faults.append(f"on opening: {_where(error)}")
    if outcome.opened and not case.how.startswith("byte"):
        outcome.faults.append("it was opened")
    return outcome


def _require_mend(told: IndexUnavailable, outcome: Outcome) -> None:
    if MEND not in str(told):
        outcome.faults.append(f"an error that does not say what to run: {told}")


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"


def replace(path: Path, content: bytes | None) -> None:
    """By another file of the same name: what an earlier case has left mapped stays as it was."""
    if content is None:
        path.unlink()
        return
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.replace(path)


def run(index_dir: Path, seed: int) -> None:
    warnings.simplefilter("ignore", ResourceWarning)  # Whoosh does not close what it cannot read
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    chance = random.Random(seed)  # noqa: S311
    with open_index(index_dir) as genes:
        expected = {str(question): answer(genes, question) for question in QUESTIONS}
    generation = current_generation(index_dir)
    assert generation is not None
    engine = read_manifest(generation).engine
    for name in files_of(index_dir):
        path = index_dir / name
        whole = path.read_bytes()
        for number, (case, content) in enumerate(damages(name, whole, chance, engine)):
            tell(case)
            replace(path, content)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            tell(examine(index_dir, case, expected, QUESTIONS[number % IN_TURN :: IN_TURN]))
            signal.setitimer(signal.ITIMER_REAL, 0)
            replace(path, whole)
        gc.collect()
    with open_index(index_dir) as genes:
        assert expected == {str(question): answer(genes, question) for question in QUESTIONS}


def tell(line: Case | Outcome) -> None:
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
