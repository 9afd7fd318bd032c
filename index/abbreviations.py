"""Words before and after a full stop that tell whether it ends a sentence.

A spelling counts as it is written here: ``ms`` after a number is a unit and ``Ms`` a title,
``CA`` is a region of the hippocampus and ``ca`` is circa.  The tables hold general English,
the conventions of biology and of citing; none was made from the texts that measure the splitter.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _in_any_case(text: str) -> frozenset[str]:
    words = text.split()
    return frozenset([*words, *(word.capitalize() for word in words), *(word.upper() for word in words)])


NEVER_LAST = _in_any_case("fig figs vs eq eqs suppl supp viz e.g i.e") | _words(
    "eg ie v cf Cf ca approx Approx resp a.k.a aka var subsp ssp cv pv bv str incl excl esp equiv Dr Drs Prof"
    " Mr Mrs Ms St Ste Mt Gov Capt Lt Sgt"
)
"""Their full stop ends no sentence: something always follows."""

LAST_BEFORE_STARTER = _words(
    "al sp spp gen nov inc ltd corp co Inc Ltd Corp Co Jr Sr Dept Univ Inst Hosp dept univ inst hosp"
    " Nat Natl Acad Proc Sci Biol Biochem Biotechnol Clin Genet Genomics Immunol Chem Med Mol Exp Dev"
    " Hum Am Br Eur Int Curr Opin Rev Res Ann Annu Neurosci Pharmacol Physiol Endocrinol Pathol Oncol"
    " Microbiol Virol Hematol Haematol Gastroenterol Neurol Pediatr Dermatol Ophthalmol Psychiatry Nutr"
    " Lett Commun Soc"
)
"""Their full stop ends a sentence only where the next words begin one beyond doubt."""

PEOPLE = _words("al sp spp inc ltd corp co Inc Ltd Corp Co Jr Sr")
"""Of these, those behind which a sentence often begins."""

BEFORE_NUMBER = _words(
    "no nos No Nos ref refs Ref Refs vol Vol pp Pp p ch Ch chap Chap chr Chr tab Tab sec Sec art para ver max"
    " temp conc wt avg av ed edn exp expt cat lot Mr mol Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec"
)
"""Their full stop ends no sentence before a number: ``No. 5``."""

CUT_SHORT = _words(
    "approx resp suppl subsp subspp incl excl equiv concn estim assoc recomb morph spec techn prelim"
    " recip immunol biochem biol microbiol physiol pharmacol clin neurol pathol embryol"
)
"""Of five letters or more, and yet no whole word: a word in small letters may follow."""

STARTERS = _words(
    "a additional additionally after all also alternate alternative alternatively although among an"
    " analyses analysis and animals another as at background based because before besides both but by"
    " cells children collectively conclusion conclusions consequently consistent conversely data"
    " deficiency defects deletion despite disruption do does due during each eight elevated encoded"
    " every evidence expression female few finally findings five for four from functional further"
    " furthermore genes given have he hence her here his how however i if in indeed individuals instead"
    " interestingly is it its knockdown knockout later likewise little loss low male many methods mice"
    " moreover most multiple mutant mutation mutations my nearly neither nevertheless next nine no none"
    " nonetheless not notably now objective of on once one only other our over overall patients plants"
    " previous previously probably proteins purpose rats read-through recent recently results second"
    " seven several she similar similarly since six so some specifically studies study subsequently such"
    " surprisingly taken ten thanks that the their then there therefore these they third this those"
    " though three through thus to together transcript transcripts treatment two under unlike upon using"
    " variants was we were what when where whereas whether which while who why with within women yet you"
)
"""Words that begin a sentence and, with a capital, stand nowhere else."""

CLAUSE_WORD = re.compile(r".{3,}(?:[ts]ions?|ly|ing|ed|ive|ments?|it(?:y|ies)|ences?)")
"""Endings of words with which sentences begin, and names of people and strains do not."""

LETTERED = _words(
    "vitamin hepatitis influenza type group class kinase factor subunit complex form isoform domain"
    " chain variant cyclin region element box interleukin immunoglobulin hemoglobin haemoglobin"
    " apolipoprotein coenzyme cytochrome cathepsin protein panel figure table serotype phase grade stage"
    " site motif exon allele chromosome strain cell cells cohort arm team"
)
"""Words that a single letter completes (``Vitamin C.``), which is then no initial."""

BEFORE_NAMES = _words("by with from of to for in after in. and or & y und et")
"""Words in small letters behind which a single letter is more likely an initial."""

EPITHETS = _words(
    "coli elegans sapiens cerevisiae melanogaster pombe musculus norvegicus rerio albicans aureus"
    " laevis thaliana falciparum tuberculosis discoideum crassa subtilis"
)
"""Second words of species, where someone wrote them with a capital."""
