"""Words that tell of which species a text speaks."""

from __future__ import annotations

from collections.abc import Sequence

HUMAN, MOUSE, RAT, FLY, WORM, YEAST, FISH, FROG, PLANT, BACTERIUM, ANIMAL, VIRUS = range(12)
KINDS = 12
SPECIES: dict[str, int] = {}
for _code, _words in (
    (HUMAN, "human humans patient patients homo women men woman man children child participants"),
    (HUMAN, "individuals subjects people families volunteers"),
    (MOUSE, "mouse mice murine mus"),
    (RAT, "rat rats rattus"),
    (FLY, "drosophila fly flies melanogaster"),
    (WORM, "elegans caenorhabditis worm worms nematode nematodes"),
    (YEAST, "yeast cerevisiae saccharomyces pombe schizosaccharomyces fungal albicans"),
    (FISH, "zebrafish danio teleost fish medaka"),
    (FROG, "xenopus frog laevis"),
    (PLANT, "arabidopsis plant plants thaliana rice maize tobacco wheat"),
    (BACTERIUM, "coli escherichia bacteria bacterial bacterium bacillus salmonella mycobacterium"),
    (ANIMAL, "bovine porcine pig pigs chicken chick chickens rabbit rabbits dog dogs canine sheep cattle"),
    (ANIMAL, "hamster monkey monkeys avian cow cows"),
    (VIRUS, "virus viral viruses hiv ebv hcv hbv sars phage"),
):
    SPECIES.update(dict.fromkeys(_words.split(), _code))
_HOSTS = frozenset(
    ("nude", "scid", "athymic", "immunodeficient", "immunocompromised", "nod", "xenograft", "xenografts")
)
_REAGENTS = frozenset(
    (
        *("monoclonal", "polyclonal", "anti", "serum", "albumin", "igg", "antibody", "antibodies"),
        *("two", "oocytes", "oocyte"),
    )
)

Told = Sequence[tuple[int, int]]
"""(run, species) of the words of a sentence that tell one."""


def species_of(runs: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """No animal that only bears a graft or gave a reagent: nude mice, rabbit anti-, yeast two-hybrid."""
    told = [(at, SPECIES[run]) for at, run in enumerate(runs) if run in SPECIES]
    if not told:
        return ()
    return tuple(
        [
            (at, code)
            for at, code in told
            if code == HUMAN
            or not ((at and runs[at - 1] in _HOSTS) or (at + 1 < len(runs) and runs[at + 1] in _REAGENTS))
        ]
    )


def group_of(code: int) -> int:
    """0 nothing told, 1 human, 2 rodent, 3 another model, 4 another."""
    return 0 if code < 0 else 1 if code == HUMAN else 2 if code <= RAT else 3 if code <= FROG else 4


def last_before(told: Told, earlier: int, run: int) -> int:
    """The species named last before a run of a sentence, which is ``earlier`` before the sentence."""
    for at, code in reversed(told):
        if at < run and code != VIRUS:
            return code
    return earlier


def ends_of(sentences: Sequence[Told]) -> list[int]:
    """Of each sentence the species named last before it; -1 for none."""
    last = -1
    found = []
    for told in sentences:
        found.append(last)
        last = next((code for _, code in reversed(told) if code != VIRUS), last)
    return found


def page_tells(sentences: Sequence[Told]) -> list[str]:
    """What the species words of a document say, as features of the score of origin."""
    counts = [0, 0, 0]
    for sentence in sentences:
        for _, code in sentence:
            if code != VIRUS:
                counts[min(group_of(code), 3) - 1] += 1
    told = [f"c{place}{min(count, 4)}" for place, count in enumerate(counts)]
    told += [f"t{code}" for code in sorted({code for _, code in sentences[0]})] if sentences else []
    told.append(f"m{counts.index(max(counts)) if any(counts) else '-'}")
    return told
