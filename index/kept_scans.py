"""What was found in sentences, kept from one rebuild to the next.

Looking for names takes most of the time that a sentence takes and depends on nothing but the sentence,
the vocabulary and the code.  So it is kept (index/kept.py), by the sentence's digest.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from index import kept
from index.mentions.annotating import Annotator, version
from index.mentions.scanning import Scan

NAME = "scans"
_DIGEST = 16
_MOST = 1 << 21
"""Sentences; with more than that, as after many rebuilds of ever other texts, all are forgotten."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Scan).decode


_scans_of = msgspec.msgpack.Decoder(dict[bytes, bytes]).decode


class KeptScans:
    """Scans by their sentences; a process has one."""

    def __init__(self, annotator: Annotator, known: dict[bytes, bytes]) -> None:
        self._annotator = annotator
        self._known = known
        self._fresh: dict[bytes, bytes] = {}

    def scan(self, sentence: str) -> Scan:
        """What the annotator finds in a sentence."""
        digest = hashlib.blake2b(sentence.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
        known = self._known.get(digest)
        if known is not None:
            return _decode(known)
        found = self._annotator.scan(sentence)
        self._known[digest] = self._fresh[digest] = _encode(found)
        return found

    def fresh(self) -> dict[bytes, bytes]:
        """Those found since this was last asked."""
        fresh, self._fresh = self._fresh, {}
        return fresh


def key_of(vocabulary: bytes) -> bytes:
    """What scans depend on besides their sentence; ``vocabulary`` is the encoded one."""
    return kept.digest_of(vocabulary, version().encode())


def read(path: Path, key: bytes) -> dict[bytes, bytes]:
    """The scans of a file; none if it is not there, damaged or of another key."""
    data = kept.read(path, key)
    return {} if data is None else _scans_of(data)


def add(path: Path, key: bytes, scans: dict[bytes, bytes]) -> None:
    """Keep scans beside those that a file holds."""
    if scans:
        known = read(path, key)
        kept.write(path, key, _encode(known | scans if len(known) <= _MOST else scans))
