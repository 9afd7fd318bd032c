"""The manifest of downloads: which files there are, where, whose, under which licence.

``manifest.toml`` beside this module is the project's own; another one can name mirrors.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from index.fetch import addresses
from index.fetch.ledger import LEDGER

OWN = Path(__file__).with_name("manifest.toml")
X_GOOG_HASH = "x-goog-hash"
"""Google's storage states a file's MD5 in this header."""
_UNFINISHED = ".part"


class ManifestError(ValueError):
    """A manifest that cannot be used; the message names the file and what is wrong."""


class Download(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a publisher's."""

    name: str
    """What it is called on the command line."""
    address: str
    file: str
    """Its name in the folder of fetched files."""
    format: str
    """A row of index.sources.FORMATS, which must recognise what is fetched."""
    publisher: str
    licence: str
    licence_link: str
    about: str
    checksum: str | None = None
    """``x-goog-hash``, or the address of a file that holds the MD5, SHA-1, SHA-256 or SHA-512 of this
    one; None where the publisher states none."""
    api: bool = False
    """Whether the address is an API that is asked gene by gene; fetched only when it is named."""


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    download: tuple[Download, ...]

    def choose(self, names: Iterable[str]) -> tuple[Download, ...]:
        """The downloads of these names in the manifest's order; without names all that are no API.

        Raises:
            ManifestError: there is no such name.
        """
        wanted = set(names)
        unknown = sorted(wanted - {download.name for download in self.download})
        if unknown:
            known = ", ".join(download.name for download in self.download)
            raise ManifestError(f"there is no {', '.join(unknown)}; known are {known}")
        return tuple(one for one in self.download if (one.name in wanted if wanted else not one.api))


def read_manifest(path: Path = OWN) -> Manifest:
    """The manifest in a TOML file.

    Raises:
        ManifestError: it cannot be read, or says what cannot be.
    """
    try:
        with path.open("rb") as stream:
            manifest = msgspec.convert(tomllib.load(stream), Manifest)
    except OSError as error:
        raise ManifestError(f"{path} cannot be read ({error.strerror}); name a manifest") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ManifestError(f"{path} is no manifest: {error}; docs/FETCHING.md shows one") from None
    for place, download in enumerate(manifest.download, 1):
        if reason := _wrong(download):
            raise ManifestError(f"{path}: download {place} ({download.name}): {reason}")
    for key in ("name", "file"):
        counts = Counter(getattr(download, key) for download in manifest.download)
        if twice := sorted(value for value, count in counts.items() if count > 1):
            raise ManifestError(f"{path}: {key} {twice[0]} is given twice; give each its own")
    return manifest


def _wrong(download: Download) -> str | None:
    if not download.name or not download.name.isprintable() or download.name.startswith("-"):
        return "name must be printable and not begin with a dash"
    if not _plain_name(download.file):
        return f"file must be a plain visible name, not {download.file!r}"
    if reason := addresses.wrong(download.address):
        return f"address: {reason}"
    if download.checksum not in (None, X_GOOG_HASH) and (reason := addresses.wrong(download.checksum)):
        return f"checksum: {reason}"
    return None


def _plain_name(file: str) -> bool:
    """Whether the name stays in its folder, and is none that the folder itself needs."""
    return (
        file != ""
        and file.isprintable()
        and Path(file).name == file
        and not file.startswith(".")
        and not file.endswith(_UNFINISHED)
        and file != LEDGER
    )
