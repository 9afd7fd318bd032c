"""Write the golden files anew: ``python tests/golden/update.py`` from the project's folder.

``samples/`` holds whole records of the samples written for the project.  ``seeds/`` is
made from other people's pages that are not part of it: identifiers, numbers, references
and facts as they are, but of each sentence only its length, its SHA-256, its citations
and its links.  ``answers.txt`` (answering.py) is what questions are answered on the seeds;
``--read`` prints it with the sentences and writes nothing.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from index.records import GeneRecord, Section  # noqa: E402  (found only with the path above)
from index.sources import recognise  # noqa: E402

GOLDEN = Path(__file__).resolve().parent
ANSWERS = GOLDEN / "answers.txt"
SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = ROOT / "data" / "samples" / "twins"


def records(page: Path) -> list[object]:
    """Every item of a page, as plain values."""
    fmt = recognise(page.read_text("utf-8")[:65536])
    assert fmt is not None, page
    with page.open("rb") as stream:
        return [{"format": fmt.name, "item": plain(item)} for item in fmt.parse(stream, page.name)]


def plain(value: object) -> object:
    """Structs as maps by field name, without what has its default value; for people to read."""
    if isinstance(value, msgspec.Struct):
        left_out = value.__struct_config__.omit_defaults
        told = ((field, getattr(value, field.name)) for field in msgspec.structs.fields(value))
        return {field.name: plain(one) for field, one in told if not (left_out and _is_default(field, one))}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    return value


def _is_default(field: msgspec.structs.FieldInfo, value: object) -> bool:
    if field.default_factory is not msgspec.NODEFAULT:
        return bool(value == field.default_factory())
    return bool(value == field.default)


def without_texts(page: Path) -> list[object]:
    """As ``records``, with a digest in place of each sentence."""
    fmt = recognise(page.read_text("utf-8")[:65536])
    assert fmt is not None, page
    with page.open("rb") as stream:
        return [
            {"format": fmt.name, "item": _bare(item) if isinstance(item, GeneRecord) else str(item)}
            for item in fmt.parse(stream, page.name)
        ]


def _bare(record: GeneRecord) -> dict[str, object]:
    bare = plain(record)
    assert isinstance(bare, dict)
    bare["sections"] = [_digests(section) for section in record.sections]
    bare["datasets"] = [
        {"name": dataset.name, "relation": dataset.relation, "raw": _digest(dataset.raw)}
        for dataset in record.datasets
    ]
    return bare


def _digests(section: Section) -> dict[str, object]:
    return {
        "field": section.field,
        "source": plain(section.source),
        "text": _digest(section.text),
        "sentences": [
            {
                "start": sentence.start,
                "end": sentence.end,
                "text": _digest(section.text[sentence.start : sentence.end]),
                "citations": plain(sentence.citations),
                "links": plain(sentence.links),
            }
            for sentence in section.sentences
        ],
    }


def _digest(text: str) -> dict[str, object]:
    return {"length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def golden(kind: str, page: Path) -> Path:
    return GOLDEN / kind / f"{page.name}.json"


def pages(folder: Path) -> list[Path]:
    return sorted(page for page in folder.glob("*.*.*")) if folder.is_dir() else []


def as_json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"


def answers(*, readable: bool = False) -> str:
    """What the questions of answering.py are answered on the seeds."""
    from tests.golden import answering  # the records of a page need no search

    with tempfile.TemporaryDirectory() as folder:
        return answering.answers(pages(SEEDS), Path(folder) / "index", readable=readable)


def main() -> None:
    if "--read" in sys.argv[1:]:
        sys.stdout.write(answers(readable=True))
        return
    if SEEDS.is_dir():
        ANSWERS.write_text(answers(), "utf-8")
        sys.stdout.write(f"{ANSWERS.relative_to(ROOT)}\n")
    for kind, folder, make in (("seeds", SEEDS, without_texts), ("samples", SAMPLES, records)):
        for page in pages(folder):
            target = golden(kind, page)
            target.parent.mkdir(exist_ok=True)
            target.write_text(as_json(make(page)), "utf-8")
            sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
