"""Which sentences only say that nothing is known; all are our own, as summaries put such things."""

from __future__ import annotations

import pytest

from index.saying_nothing import says_nothing

NOTHING = [
    "The function of this gene has not been determined.",
    "This gene's role is unknown.",
    "The exact function of the encoded protein has yet to be determined.",
    "However, its ligand is currently unknown.",
    "Its function has not been clearly defined, and further research is needed to define it.",
    "It is not known whether this locus makes a protein.",
    "This gene encodes a protein of unknown function.",
    "It remains unclear how the protein reaches the nucleus.",
    "The physiological importance of this isoform is poorly understood.",
    "Little is known about its regulation in humans.",
    "No data on ABC1 are available.",
    "Nothing is presently known about the function of this gene.",
    "The listed abstract does not provide any data on the function of ABC1.",
    "The provided abstracts do not contain specific information about the role of ABC1.",
    "None of this is about ABC1, and the studies do not mention it directly.",
    "The study does not address ABC1 or its product.",
    "There is no information on ABC1 in the supplied text.",
    "The available literature offers no direct insight into what ABC1 does.",
    "The abstract makes no mention of ABC1.",
    "The authors failed to mention ABC1 in their findings.",
    "ABC1 is not discussed in the abstract given here.",
    "ABC1 is not specifically mentioned in any of the sources.",
    "The paper lacks any information on the functional role of ABC1.",
    "Instead, the study focuses on DEF2 and does not discuss ABC1.",
    "Thus, while the research deals with DEF2 in hair cells, it does not implicate or address ABC1.",
    "While the abstract describes DEF2, no information about ABC1 is provided.",
    "No conclusions about ABC1 can be drawn, and its function cannot be inferred from this abstract.",
    "Consequently, the role of ABC1 in hearing remains to be elucidated in future studies.",
    "Any part that ABC1 plays in disease, if there is one, remains to be determined.",
    "Further studies are needed to clarify the function of ABC1.",
    "Its precise role awaits further investigation.",
    "Additional research will be necessary to establish whether ABC1 matters.",
    "Given the lack of data, the function of ABC1 remains elusive.",
    "The abstract doesn't contain details on the gene.",
    "The paper does not address or implicate ABC1.",
    "What ABC1 does remains to be elucidated.",
    "No data is available.",
    "The gene has not yet been characterized.",
    "In humans, the tissue distribution of ABC1 has not yet been described.",
]

SOMETHING = [
    "",
    "MT1H binds zinc.",
    "It does not bind copper.",
    "Its role is unclear, but it binds zinc.",
    "Although its role remains unclear, it is expressed in liver.",
    "The gene is expressed in testis; however, its exact function is unknown.",
    "This gene is widely expressed, but the function of the encoded protein is not known.",
    "The function of this gene is not known; however, mice without it are deaf.",
    "Its role has yet to be determined, although it is thought to be a tumor suppressor.",
    "The protein is a kinase whose substrate is unknown.",
    "The gene encodes a membrane protein of unknown function.",
    "Several transcript variants have been found, but the full-length nature of some is not known.",
    "The encoded protein localizes to the nucleus, and its function has not been determined.",
    "Expression remains high in the liver.",
    "The peptide remains in the cell and is not secreted.",
    "Mutations in this gene have not been associated with the disease.",
    "It has no function in the data of the liver.",
    "There was no evidence of memory loss in mice without the gene.",
    "Loss of the gene does not give rise to tumors.",
    "The protein is not known to bind DNA and is required for growth.",
    "The study shows that ABC1 is lost in tumors but does not mention its partner.",
    "Although the abstract does not address its structure, it shows that ABC1 binds zinc.",
    "Zinc is required for its activity, and copper is not.",
    "The enzyme fails to act on lactate.",
    "The protein lacks the domain that holds zinc.",
    "Cells that do not express it cannot be infected.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_sentence_without_news_is_told(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", SOMETHING)
def test_a_sentence_that_tells_anything_is_kept(text: str) -> None:
    assert not says_nothing(text)
