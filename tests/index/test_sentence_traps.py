"""Sentences of our own that hold what splitters trip over; each line is one text, cut where it should be."""

from __future__ import annotations

import pytest

from index.sentences import split

TRAPS = {
    "et al. goes on": ["Smith et al. reported zinc binding in liver.", "Others did not."],
    "et al. with a year": ["Chen et al. (2010) cloned it.", "So did Wu et al. [5] later."],
    "et al. at an end": ["The clone was described by Smith et al.", "The protein binds copper."],
    "et al. before a gene": ["This was shown by Smith et al.", "Zinc binding was lost in the mutant."],
    "Fig. 2": ["See Fig. 2 and Figs. 3 and 4.", "They show it."],
    "Fig. S1 in brackets": ["Levels rose (Fig. S1, Suppl. Table 2).", "They fell again."],
    "E. coli": ["The protein was made in E. coli BL21.", "It was pure."],
    "species in a row": ["It kills E. coli, S. aureus and C. albicans.", "It spares the host."],
    "species at a start": ["E. coli grew.", "S. cerevisiae did not."],
    "species with a wrong capital": ["It is conserved in C. Elegans and in D. Melanogaster.", "It is old."],
    "H. sapiens": ["The H. sapiens gene has six exons.", "The M. musculus gene has five."],
    "C.elegans": ["It resembles sem5 of C.elegans closely.", "Its role differs."],
    "spp.": ["Brassica spp. contain it.", "Candida spp.", "Synthetic compounds do not."],
    "subsp. and cv.": ["We used O. sativa subsp. japonica cv. Nipponbare plants.", "They grew."],
    "p in brackets": ["The effect was small (p = 0.05).", "It was real."],
    "decimals": ["The values were 0.276, 1.5 and .05 units.", "That is high."],
    "pH": ["It folds at pH 7.4.", "It unfolds at pH 3."],
    "ends in a number": ["Zinc binds at site 2.", "Copper binds at site 3."],
    "begins with a number": [
        "We studied two groups.",
        "39 mice were given zinc.",
        "5-Fluorouracil was not used.",
    ],
    "DOI": ["See 10.1021/bi020030+.", "It is a paper."],
    "DOI and URL": ["Data are at https://example.org/a.b/c?d=1.", "They are free.", "See doi:10.1000/182."],
    "e-mail": ["Write to jane.doe@example.org.", "She answers."],
    "web address without a path": ["It stands on www.example.org.", "Look there."],
    "number behind the stop": ["It binds zinc.[3]", "The other does not.[4,5]", "Neither folds.[6–8]"],
    "superscript behind the stop": ["It binds zinc.³", "The other does not.⁴⁻⁶", "Neither folds."],
    "plain number behind the stop": ["It binds zinc.3", "The other does not.4,5", "Neither folds."],
    "number before the stop": ["It binds zinc [3].", "The other does not (4)."],
    "number apart from the stop": ["It binds zinc. [3]", "The other does not. [4, 5]", "Neither folds."],
    "provider": ["It binds zinc. [provided by RefSeq, Mar 2013]."],
    "supplier amid the text": ["It binds zinc. [supplied by OMIM, Apr 2010]", "The gene has six exons."],
    "PMID behind the stop": ["It binds zinc. (PMID: 12345678).", "The other does not."],
    "journal behind the stop": ["It binds zinc. (Blood. 2000;95:24-30)"],
    "i.v.": ["Rats were given zinc i.v. for two days.", "Others were injected i.p.", "The rest had none."],
    "i.c.v. in brackets": ["Zinc (5 mg/kg, i.c.v.) restored it.", "Copper (1 mg, s.c.) did not."],
    "vs.": ["Wild type vs. Mutant: 27% vs. 13%.", "They differ."],
    "e.g. and i.e.": ["Metals, e.g. Zinc, bind.", "The form (i.e. MT1H) is known.", "So is MT1G."],
    "approx., ca., viz.": ["It has approx. 60 residues, ca. 7 kDa, viz. The mature form.", "It is small."],
    "etc.": ["It binds zinc, copper, etc. and folds.", "It binds cadmium, etc.", "The fold is tight."],
    "initials": ["By J. Smith, A. D. Raymond and P.-J. Klein.", "It is old."],
    "initials behind names": ["It was shown (Luckow, B., Lichter, P. and Schütz, G.) in mice.", "It holds."],
    "a middle initial": ["Robert G. Schütz found it.", "Nobody knew."],
    "titles": ["Dr. House asked Prof. Klein.", "Mrs. Jones knew."],
    "St. Jude": ["Patients of St. Jude hospital and Mt. Sinai took part.", "All gave consent."],
    "No. 5": ["Patient No. 5 improved.", "The answer was no.", "We stopped."],
    "months": ["From May 1, 1996-Nov. 30, 1999 we watched.", "In Dec. 2001 we stopped."],
    "U.S.": ["It was made in the U.S. Army labs.", "Later it was sold in the U.S.", "The data agree."],
    "journals": ["See J. Biol. Chem. 269, 30154 and Proc. Natl. Acad. Sci. USA 90, 1.", "Both agree."],
    "a European journal": ["It was cloned [Frank, R. (1991) Eur. J. Biochem. 195, 723].", "It is short."],
    "Inc. and Ltd.": ["Zinc was from Acme Inc. and Foo Ltd.", "It was pure."],
    "vitamin C.": ["Cells took up vitamin C.", "Zinc did not follow."],
    "chromosome X.": ["A pseudogene is on chromosome X.", "Alternative splicing occurs."],
    "chromosomes and letters": ["Copies lie on chromosomes 1, 22 and Y.", "Multiple variants exist."],
    "subunits A and B.": ["It joins subunits A and B.", "Mutations break it.", "It spares C.", "We agree."],
    "Roman numerals": [
        "Factor V.",
        "It clots.",
        "Collagen type I.",
        "Exon 4 is long.",
        "Type IV.",
        "Zinc helps.",
    ],
    "genes written small": [
        "This is an assay.",
        "mTOR is active.",
        "p53 is too.",
        "lncRNAs are not.",
        "c-Myc is.",
    ],
    "Greek starts": ["It is an assay.", "α-catenin is active.", "β-Actin is not.", "Δ9-THC is."],
    "a variant identifier": ["We looked at islets.", "rs11708067 overlaps an enhancer."],
    "a small word after a whole one": ["It controls cell death.", "echinus encodes a protease."],
    "variants": [
        "We found c.35delG and p.Gly12Asp.",
        "We found c. 1093-1G>T and p. Gly12Asp too.",
        "Both hurt.",
    ],
    "variants in brackets": ["One (c.549delC; p. Pro184ArgfsX19) was new.", "It is rare."],
    "translocations": ["They carry t(9;22).", "Others carry t(11;14)(q13;q32).", "inv(16) is rare."],
    "bands": ["It maps to 16q13.", "The other maps to Xp11.23."],
    "versions": ["We used BLAST v1.2.", "Then ver. 3 and R 4.1.2 were used."],
    "numbered points": ["1. First it binds.", "2. Then it folds.", "3) At last it leaves."],
    "headings": ["RESULTS: Zinc bound.", "CONCLUSIONS: It matters.", "In the U.S.", "METHODS: We asked."],
    "ellipses": ["It binds...", "It folds.", "Does it… leave?", "It does."],
    "quotes": ["He said “it binds.”", "It did.", "“Next” came.", "'Active' is a word."],
    "brackets": ["It bound zinc (see there.)", "(It did not bind copper.)", "[Nor cadmium.]", "So we stop."],
    "questions": ["Does it bind?", "Yes!", "Really?!", "It does."],
    "semicolons": ["It binds zinc; it folds; it leaves.", "It is done."],
    "units": ["It was 3.3 mg/dL.", "He left after 50 ms.", "It weighs 35 kDa.", "Then 24 h.", "Zinc fell."],
    "units with powers": ["We gave 41.4 mg. l(-1) and 6 mg.kg(-1).min(-1) of it.", "It helped."],
    "complexes joined by stops": ["We saw 40S.mRNA and GTP.RhoA and H2A.Z there.", "It is known."],
    "acronyms": ["It acts on the MR.", "We saw it in CF.", "Discordant cases exist.", "NK cells kill."],
    "e.g. with brackets": ["It is absent in some (e.g., WNT4; e.g. KCND3) cells.", "It is rare."],
    "family with authors": [
        "Zea mays L. was grown from Mangifera indica Linn. (Anacardiaceae), as told.",
        "It grew.",
    ],
    "a stop apart": ["It acts in the liver .", "The other acts in the gut ."],
}

NO_BLANK = {
    "a word": ["It binds in cells.", "The protein folds."],
    "a bracket": ["It is rare (5HTTLPR).", "Heart rate fell."],
    "a heading": ["It is regulated.", "RESULTS: Zinc bound."],
    "a unit": ["It weighs 35 kDa.", "The protein folds."],
    "its own citation": ["It is prevented by fat.", "-Cole, M. A., Li, B. Why fat prevents it."],
}
"""Where a stop has no blank behind it, and yet ends a sentence."""


@pytest.mark.parametrize("name", TRAPS)
def test_a_sentence_ends_where_a_reader_ends_it(name: str) -> None:
    text = " ".join(TRAPS[name])
    assert [text[start:end] for start, end in split(text)] == TRAPS[name]


@pytest.mark.parametrize("name", NO_BLANK)
def test_a_missing_blank_hides_no_end(name: str) -> None:
    text = "".join(NO_BLANK[name])
    assert [text[start:end] for start, end in split(text)] == NO_BLANK[name]
