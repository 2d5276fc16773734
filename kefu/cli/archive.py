"""A backup: one ``.tar.gz`` of a data directory with its database, a manifest first and a checksum a file."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import URL

from kefu.core.clock import now
from kefu.core.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
POSTGRES_DUMP = "postgresql.dump"
LEFT_OUT = {"encoder", "log", "run", "training"}
"""Directories that can be made again or mean nothing elsewhere."""
SCRATCH = ".scratch-"
REPLACED = "replaced-"
"""What a restore found in its place is kept under this prefix."""


class BackupInvalid(DomainError):
    """The archive is not a whole backup that this version can read."""

    def __init__(self, detail: str) -> None:
        super().__init__("backup_invalid", "备份不可用", detail)


class DatabaseToolFailed(DomainError):
    """``pg_dump`` or ``pg_restore`` is missing or failed."""

    def __init__(self, tool: str, detail: str) -> None:
        super().__init__("database_tool_failed", f"{tool} 没有成功", detail, status=500)


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. ``files`` maps paths to SHA-256."""

    format: int
    created_at: str
    revision: str | None
    postgresql: bool
    files: dict[str, str]


def write(data_dir: Path, url: URL, revision: str | None, target: Path) -> Manifest:
    """Write a consistent copy while the service runs; ``target`` appears only when it is whole.

    The database is copied first: every file that it names exists by then. Files are replaced, never changed
    in place, so hard links hold them still. Raises :class:`BackupInvalid` for a place that cannot work.
    """
    if target.is_relative_to(data_dir):
        raise BackupInvalid("请把备份写到数据目录之外。")
    if url.get_backend_name() == "sqlite" and Path(url.database or "").resolve().parent != data_dir:
        raise BackupInvalid("SQLite 文件不在数据目录里，备份不会完整。")
    partial = target.with_name(f".{target.name}.partial")
    with TemporaryDirectory(dir=data_dir, prefix=SCRATCH) as scratch:
        copies = Path(scratch)
        _copy_databases(data_dir, url, copies)
        _link_files(data_dir, copies)
        files = {
            str(path.relative_to(copies)): _digest(path)
            for path in sorted(copies.rglob("*"))
            if path.is_file()
        }
        manifest = Manifest(
            FORMAT, now().isoformat(), revision, url.get_backend_name() == "postgresql", files
        )
        partial.touch(mode=0o600)
        with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
            _add_text(archive, MANIFEST, json.dumps(asdict(manifest), indent=1))
            for name in files:
                archive.add(copies / name, name, recursive=False)
    partial.replace(target)
    return manifest


def unpack(source: Path, directory: Path) -> Manifest:
    """Unpack an archive into an empty directory and check every file. Raises :class:`BackupInvalid`."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(directory, filter="data")
        fields: dict[str, Any] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
        if fields.get("format") != FORMAT:
            raise BackupInvalid(f"格式 {fields.get('format')} 不是本版本能读的 {FORMAT}。")
        manifest = Manifest(**fields)
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError) as error:
        raise BackupInvalid(str(error)) from error
    found = {str(path.relative_to(directory)): path for path in directory.rglob("*") if path.is_file()}
    del found[MANIFEST]
    damaged = [
        name for name, digest in manifest.files.items() if name not in found or _digest(found[name]) != digest
    ]
    damaged += sorted(found.keys() - manifest.files.keys())
    if damaged:
        raise BackupInvalid(f"缺失或损坏：{'、'.join(damaged[:5])}")
    (directory / MANIFEST).unlink()
    return manifest


def put_in_place(unpacked: Path, data_dir: Path) -> Path | None:
    """Move unpacked files into the data directory; what was there moves to the directory returned."""
    present = [
        path for path in data_dir.iterdir() if not _is_transient(path.name) and path != unpacked.parent
    ]
    aside = data_dir / f"{REPLACED}{now():%Y%m%d-%H%M%S}" if present else None
    if aside is not None:
        aside.mkdir(mode=0o700)
        for path in present:
            path.rename(aside / path.name)
    for path in unpacked.iterdir():
        path.rename(data_dir / path.name)
    if (data_dir / "secrets").exists():
        (data_dir / "secrets").chmod(0o700)
    return aside


def is_empty(data_dir: Path) -> bool:
    """Whether a restore would replace nothing."""
    return not data_dir.exists() or all(_is_transient(path.name) for path in data_dir.iterdir())


def restore_postgresql(url: URL, dump: Path) -> None:
    """Replace the database's tables by the dump's, all or none."""
    options = [
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--dbname",
        url.database or "postgres",
    ]
    _postgresql_tool(url, "pg_restore", *options, str(dump))


def _is_transient(name: str) -> bool:
    return name in LEFT_OUT or name.startswith((REPLACED, SCRATCH))


def _copy_databases(data_dir: Path, url: URL, copies: Path) -> None:
    """Copy every SQLite file (ours, the jobs') with SQLite's own backup, and PostgreSQL with its own tool."""
    for path in data_dir.glob("*.sqlite3"):
        with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copies / path.name)) as copy:
            live.backup(copy)
    if url.get_backend_name() == "postgresql":
        dump = str(copies / POSTGRES_DUMP)
        _postgresql_tool(
            url, "pg_dump", "--format=custom", "--no-owner", "--file", dump, url.database or "postgres"
        )


def _link_files(data_dir: Path, copies: Path) -> None:
    for root, directories, names in os.walk(data_dir):
        if Path(root) == data_dir:
            directories[:] = [name for name in directories if not _is_transient(name)]
        for name in names:
            link = copies / Path(root).relative_to(data_dir) / name
            if ".sqlite3" in name:
                continue
            link.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # it went meanwhile, and nothing in the database names it
                link.hardlink_to(Path(root) / name)


def _postgresql_tool(url: URL, tool: str, *arguments: str) -> None:
    program = shutil.which(tool)
    if program is None:
        raise DatabaseToolFailed(tool, "请安装 PostgreSQL 的客户端工具（Debian：postgresql-client）。")
    # By environment: a password among the arguments could be read by everybody on the machine.
    given = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    environment = os.environ | {name: str(value) for name, value in given.items() if value is not None}
    done = subprocess.run(  # noqa: S603 (fixed program)
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseToolFailed(tool, done.stderr.strip()[-500:])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
