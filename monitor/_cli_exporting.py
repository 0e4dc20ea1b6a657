"""What `monitor export` writes: which files, into a folder or a zip, each with its hash."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

from monitor.models import utc_text
from monitor.render import change_row
from monitor.saved import statement_row
from monitor.stores import _exporting
from monitor.stores._exporting import Selection
from monitor.stores._reading import Reader

ABOUT = """What the statement monitor recorded, written {at}.

pages.jsonl             the pages
changes.jsonl           what happened to them, as `monitor show --json` tells it
versions.jsonl          their statements as they stood; `snapshot` is the file each was read from
metadata_changes.jsonl  what differed in metadata, which no version tells
snapshots/HASH          the bytes as served, named by their SHA-256: open them with care, they are other people's pages
SHA256SUMS              over all of it: sha256sum -c SHA256SUMS

Times are UTC. An edit was made between a change's seen_before_at, the last look that still found the old version, and
its seen_after_at, the first that found the new one.
"""


class Archive(Protocol):
    """Where files go."""

    sums: dict[str, str]

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """One file, made of these parts."""
        ...


class _Archive(AbstractContextManager["_Archive"]):
    """Keeps the hash of each file that is added; the last file has them all."""

    def __init__(self) -> None:
        self.sums: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        digest = sha256()
        with self._opened(name) as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self.sums[name] = digest.hexdigest()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.add("SHA256SUMS", (f"{digest}  {name}\n".encode() for name, digest in list(self.sums.items())))

    def _opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        raise NotImplementedError


class Folder(_Archive):
    """A folder of files, for its owner alone."""

    def __init__(self, path: Path, _at: datetime) -> None:
        super().__init__()
        path.mkdir(mode=0o700, parents=True)
        self._path = path

    @contextmanager
    def _opened(self, name: str) -> Iterator[IO[bytes]]:
        path = self._path / name
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as file:
            yield file


class Zip(_Archive):
    """A zip; all in it is of the same moment."""

    def __init__(self, path: Path, at: datetime) -> None:
        super().__init__()
        path.touch(mode=0o600)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._at = at

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._zip.close()

    def _opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        info = zipfile.ZipInfo(name, self._at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        return self._zip.open(info, "w", force_zip64=True)


def exported(
    reader: Reader, wanted: Selection, archive: Archive, advance: Callable[[], None], at: datetime
) -> dict[str, int]:
    """Writes everything that is wanted, as it is at one moment; how many of each."""
    snapshots: dict[str, None] = {}
    counts = {"pages": 0, "changes": 0, "versions": 0, "metadata_changes": 0, "snapshots": 0}

    def lines(name: str, rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
        for row in rows:
            counts[name] += 1
            advance()
            yield json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

    def versions() -> Iterator[dict[str, Any]]:
        for row, statement in _exporting.versions(reader, wanted):
            if row["snapshot_hash"]:
                snapshots[row["snapshot_hash"]] = None
            file = f"snapshots/{row['snapshot_hash']}" if row["snapshot_hash"] else None
            yield row | {"snapshot": file, "statement": statement_row(statement)}

    def changes() -> Iterator[dict[str, Any]]:
        for change_id in _exporting.change_ids(reader, wanted):
            change = reader.change(change_id)
            if change:
                yield change_row(change) | {"page_id": change.page_id}

    with reader.one_moment():
        archive.add("README.txt", [ABOUT.format(at=utc_text(at)).encode()])
        archive.add("pages.jsonl", lines("pages", _exporting.pages(reader, wanted)))
        archive.add("changes.jsonl", lines("changes", changes()))
        archive.add("versions.jsonl", lines("versions", versions()))
        archive.add("metadata_changes.jsonl", lines("metadata_changes", _exporting.metadata_changes(reader, wanted)))
        for name in snapshots:
            counts["snapshots"] += 1
            advance()
            archive.add(f"snapshots/{name}", [reader.snapshot(name) or b""])
    return counts
