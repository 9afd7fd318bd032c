"""The generation that answers: the one that is published, opened, and the next one as soon as it is."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from index.cluster_faults import ClusterUnavailable, NoSuchIndex, Refused
from index.columns import Damaged
from search.errors import GenelightError, IndexUnavailable
from search.published import Published
from search.snapshot import Snapshot

_log = logging.getLogger(__name__)
_REFUSED_SECONDS = 10.0
"""So long a damaged generation is left alone: to try it anew takes time, while every request waits."""


class Latest:
    """Follows what is published; safe to share between threads.

    Raises:
        IndexUnavailable: nothing is published that answers.
    """

    def __init__(self, published: Published) -> None:
        self._published = published
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seen: Hashable | None = None
        """What was seen of what is published when that was the snapshot."""
        self._closed = False
        self._refused: Hashable | None = None
        """The generation that could not be opened while another was open."""
        self._refused_until = 0.0
        self._opening: threading.Thread | None = None
        with self.answering():
            pass

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._snapshot is not None:
                self._snapshot.retire()
                self._snapshot = None
        self._published.close()

    @contextmanager
    def answering(self) -> Iterator[Snapshot]:
        """The published generation, kept open for the length of one answer.

        Where an answer fails in a way that nobody foresaw, the files are checked against their
        checksums: damage makes the index one that does not answer, anything else is a fault of ours.
        """
        self._published.look()
        opening = self._opening
        if opening is not None and not self._published.aside:
            opening.join()
        with self._lock:
            if self._closed:
                raise IndexUnavailable("this index was closed; open it again")
            snapshot = self._follow()
            snapshot.hold()
        try:
            yield snapshot
        except GenelightError:
            raise
        except NoSuchIndex as error:
            self._published.lost()
            raise IndexUnavailable(str(error)) from error
        except ClusterUnavailable as error:
            raise IndexUnavailable(str(error)) from error
        except Refused as error:
            raise IndexUnavailable(f"the cluster does not take what it is asked: {error}") from error
        except Exception as error:
            if not snapshot.damaged and not isinstance(error, Damaged):
                raise
            told = "; ".join(snapshot.damaged[:3]) or error
            raise IndexUnavailable(
                f"the index is damaged ({told}); rebuild it with: genelight index --force"
            ) from error
        finally:
            snapshot.let_go()

    def _follow(self) -> Snapshot:
        """Open the published generation when it is not the one that is open."""
        seen = self._published.seen()
        if self._snapshot is not None and seen is not None and seen == self._seen:
            return self._snapshot
        current = self._published.current()
        if self._snapshot is None:
            self._snapshot = self._published.open()
            return self._snapshot
        if current == self._snapshot.source:
            self._seen = seen
        if (
            current in (None, self._snapshot.source)
            or (current == self._refused and time.monotonic() < self._refused_until)
            or self._opening is not None
        ):
            return self._snapshot
        if self._published.aside:
            self._opening = threading.Thread(target=self._open_aside, args=(current,), daemon=True)
            self._opening.start()
        else:
            try:
                self._replace(self._published.open())
            except IndexUnavailable:
                self._refuse(current)
        return self._snapshot

    def _open_aside(self, current: Hashable) -> None:
        """Open the published generation while the one before answers on.

        Whatever keeps it from being opened, it is tried anew after a while.
        """
        opened = None
        try:
            opened = self._published.open()
        except IndexUnavailable as error:
            _log.warning("%s; the generation before answers on", error)
        finally:
            with self._lock:
                self._opening = None
                if opened is None:
                    self._refuse(current)
                elif self._closed:
                    opened.retire()
                else:
                    self._replace(opened)

    def _replace(self, opened: Snapshot) -> None:
        if self._snapshot is not None:
            self._snapshot.retire()
        self._snapshot, self._seen = opened, None

    def _refuse(self, current: Hashable) -> None:
        self._refused, self._refused_until = current, time.monotonic() + _REFUSED_SECONDS
