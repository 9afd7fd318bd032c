"""Genelight as it is published: with the Gene Ontology, which finds genes under wider terms too.

No peer has this, so its answers are longer; it shows what the ontology costs.
"""

from __future__ import annotations

from benchmarks.peer_genelight import Genelight

ENGINE = Genelight(wider=True)
