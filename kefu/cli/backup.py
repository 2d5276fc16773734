"""``kefu backup`` and ``kefu restore``."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.engine import make_url

from kefu.cli import archive, schema
from kefu.cli.console import command, console, fail, opened
from kefu.cli.serve import SERVING
from kefu.cli.up import RUNNING
from kefu.core.database import Database
from kefu.core.lock import holding
from kefu.core.settings import Settings
from kefu.nlu.models import Release

app = typer.Typer()


@app.command()
@command
def backup(file: Annotated[Path, typer.Argument(help="要写的文件，.tar.gz")]) -> None:
    """备份数据库、模型、索引、上传与密钥；系统可以照常运行。"""
    settings = Settings()
    target = file.resolve()
    with opened(settings) as database:
        revision = schema.current(database)
    manifest = archive.write(settings.data_dir.resolve(), make_url(settings.database), revision, target)
    size = target.stat().st_size / 1_000_000
    console.print(f"[green]✓[/green] {target}（{len(manifest.files)} 个文件，{size:.1f} MB）")
    console.print("  其中有密钥和客户数据，请妥善保管。")


@app.command()
@command
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件", exists=True, dir_okay=False)],
    force: Annotated[
        bool, typer.Option("--force", help="数据目录不为空也恢复；原有的移到 replaced-… 里")
    ] = False,
) -> None:
    """从备份恢复；先停止系统。"""
    settings = Settings()
    data_dir = settings.data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    with holding(data_dir, RUNNING), holding(data_dir, SERVING):
        if not archive.is_empty(data_dir) and not force:
            fail(f"数据目录 {data_dir} 不为空。要替换它，请加 --force（原有的会移到旁边，不会删除）。")
        _restore(settings, data_dir, file)


def _restore(settings: Settings, data_dir: Path, file: Path) -> None:
    with TemporaryDirectory(dir=data_dir, prefix=archive.SCRATCH) as scratch:
        unpacked = Path(scratch) / "data"
        unpacked.mkdir()
        manifest = archive.unpack(file, unpacked)
        url = make_url(settings.database)
        if manifest.postgresql != (url.get_backend_name() == "postgresql"):
            kind = "PostgreSQL" if manifest.postgresql else "SQLite"
            fail(f"备份来自 {kind}，请让 KEFU_DATABASE_URL 指向同一种数据库。")
        if manifest.revision is not None and not schema.known(manifest.revision):
            fail(f"备份的数据库结构 {manifest.revision} 比本版本新，请先升级程序。")
        if manifest.postgresql:
            dump = unpacked / archive.POSTGRES_DUMP
            archive.restore_postgresql(url, dump)
            dump.unlink()
        aside = archive.put_in_place(unpacked, data_dir)
    _verify(settings)
    console.print(f"[green]✓[/green] 已恢复 {manifest.created_at} 的备份（{len(manifest.files)} 个文件）")
    if aside is not None:
        console.print(f"  原有的数据在 {aside}，确认无误后可以删除。")


def _verify(settings: Settings) -> None:
    with opened(settings) as database:
        if database.is_sqlite:
            _check_sqlite(database)
        schema.upgrade(database)
        with database.read() as session:
            paths = [
                settings.data_dir / row.path for row in session.scalars(select(Release).where(Release.active))
            ]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        fail(f"数据已恢复，但缺少：{'、'.join(missing)}")


def _check_sqlite(database: Database) -> None:
    with closing(sqlite3.connect(database.url.database or "")) as connection:
        problems = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if problems != "ok":
        raise archive.BackupInvalid(f"数据库不完整：{problems}")
