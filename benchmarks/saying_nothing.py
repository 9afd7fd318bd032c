"""How well a sentence is told that only says that nothing is known.

    python benchmarks/saying_nothing.py ../shared

Reads ``saying_nothing.tsv``: sentences of ``corpus/ncbi/gene_summary.gz`` by NCBI Gene id, code points in the
summary and a person's judgement (1: the sentence tells nothing about what it names; 0: it tells something, be
it only that transcripts exist).  ``sha256`` (its first 16 digits) tells whether the summary is the one that
was read.  They were drawn with a seed among those that hold a word such as *unknown*, *not* or *remains*, so
that nearly every one is a hard case: ``first`` those that helped to mend the rules, ``again`` those drawn and
judged afterwards.  Prints precision and recall, and with ``--errors`` where ours judges otherwise.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.sentences import summaries
from index.saying_nothing import says_nothing

JUDGED = Path(__file__).resolve().parent / "saying_nothing.tsv"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    texts = summaries(arguments.shared)
    counts: dict[str, list[int]] = {}
    with JUDGED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            text = texts.get(row["id"], "")
            if hashlib.sha256(text.encode()).hexdigest()[:16] != row["sha256"]:
                sys.exit(f"summary {row['id']}: not the one that was judged; take the corpus of that date")
            sentence = text[int(row["start"]) : int(row["end"])]
            ours, true = says_nothing(sentence), row["nothing"] == "1"
            for drawn in (row["drawn"], "all"):
                count = counts.setdefault(drawn, [0, 0, 0, 0])
                count[0 if ours and true else 1 if ours else 2 if true else 3] += 1
            if arguments.errors and ours != true:
                sys.stdout.write(f"{'wrongly' if ours else 'missed'}: {row['id']} {sentence}\n")
    for drawn in ("first", "again", "all"):
        right, wrong, missed, other = counts[drawn]
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        told = f"{right + wrong + missed + other} sentences, {right + missed} say nothing"
        sys.stdout.write(f"{drawn}: {told}; precision {precision:.3f}, recall {recall:.3f}\n")


if __name__ == "__main__":
    main()
