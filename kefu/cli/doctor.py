"""``kefu doctor``: is everything there that serving needs, and what to do where it is not."""

import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from kefu.cli import schema
from kefu.cli.console import console, opened
from kefu.core.clock import now
from kefu.core.lock import DataDirectoryInUse, holding
from kefu.core.settings import ROOT, Settings
from kefu.nlu.models import Release
from kefu.nlu.service import live
from kefu.supervisor.supervisor import port_is_free

app = typer.Typer()

FREE_BYTES = 2_000_000_000
"""A training run and an index beside the ones that serve."""
BUILT_AFTER = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this is wrong: the program is younger."""


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``advice`` says what to do when it is not good."""

    good: bool
    subject: str
    detail: str = ""
    advice: str = ""


@app.command()
def doctor() -> None:
    """检查环境、数据与端口，逐项说明怎么修。"""
    settings = Settings()
    findings = [finding for check in CHECKS for finding in check(settings)]
    for finding in findings:
        mark = "[green]✓[/green]" if finding.good else "[red]✗[/red]"
        console.print(f"{mark} {finding.subject}" + (f"：{finding.detail}" if finding.detail else ""))
        if not finding.good and finding.advice:
            console.print(f"    → {finding.advice}", markup=False)
    bad = sum(not finding.good for finding in findings)
    console.print(f"{len(findings)} 项检查，{bad} 项有问题")
    raise typer.Exit(1 if bad else 0)


def environments(_: Settings) -> Iterator[Finding]:
    """Look for both interpreters and Rasa."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        sys.version_info[:2] == (3, 11), "服务环境", f"Python {version}", "需要 Python 3.11：make install"
    )
    python = ROOT / "bot" / ".venv" / "bin" / "python"
    if not python.exists():
        yield Finding(False, "Rasa 环境", "没有安装", "make install")
        return
    question = "from importlib.metadata import version as v; print(v('rasa'))"
    answer = subprocess.run(  # noqa: S603 (our own interpreter)
        [str(python), "-c", question], capture_output=True, text=True, check=False
    )
    yield Finding(
        answer.returncode == 0,
        "Rasa 环境",
        f"Rasa {answer.stdout.strip()}",
        "rm -rf bot/.venv && make install",
    )


def pages(_: Settings) -> Iterator[Finding]:
    """Look for the built pages."""
    for name, path in (("客户页", "widget"), ("坐席工作台", "desk")):
        built = (ROOT / "web" / "apps" / path / "dist" / "index.html").exists()
        yield Finding(built, f"网页（{name}）", "已构建" if built else "没有构建", "make install")


def data_directory(settings: Settings) -> Iterator[Finding]:
    """Look at the space, and whether secrets are secret."""
    directory = settings.data_dir
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    detail = f"{directory}，剩余 {free / 1e9:.0f} GB"
    yield Finding(free > FREE_BYTES, "数据目录", detail, "至少留出 2 GB：旧的备份与 replaced-… 可以移走")
    readable = [
        path
        for path in (directory / "secrets").glob("*")
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    names = "、".join(path.name for path in readable)
    yield Finding(
        not readable, "密钥的权限", names or "只有本用户可读", f"chmod 600 {directory / 'secrets'}/*"
    )


def clock(settings: Settings) -> Iterator[Finding]:
    """Look at the clock: one that is far off breaks tokens, business hours and orders' dates."""
    moment = now()
    shown = moment.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M %Z")
    yield Finding(moment > BUILT_AFTER, "时钟", shown, "校准系统时间（timedatectl set-ntp true）")


def database(settings: Settings) -> Iterator[Finding]:
    """Look whether it is reachable, migrated, and whether the releases' files load."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Finding(False, "数据库", "还没有建立", "make run 会建立并播种")
        return
    with opened(settings) as found:
        try:
            revision, newest = schema.current(found), schema.newest()
        except SQLAlchemyError as error:
            yield Finding(False, "数据库", str(error).splitlines()[0], "检查 KEFU_DATABASE_URL 与数据库服务")
            return
        detail = f"{found.url.get_backend_name()}，结构 {revision or '空'}"
        yield Finding(revision == newest, "数据库", detail, f"升级到 {newest}：bin/kefu db migrate")
        if revision != newest:
            return
        with found.read() as session:
            index, model = live(session, "index"), live(session, "model")
    yield _index(settings, index)
    yield _model(settings, model)


def ports(settings: Settings) -> Iterator[Finding]:
    """Look whether the port is free, or ours."""
    free = port_is_free(settings.host, settings.port)
    try:
        with holding(settings.data_dir, "up"), holding(settings.data_dir, "serve"):
            running = False
    except DataDirectoryInUse:
        running = True
    detail = "系统正在运行" if running else "空闲" if free else "被别的程序占用"
    yield Finding(free or running, f"端口 {settings.port}", detail, "换一个端口：KEFU_PORT=8001 make run")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    environments,
    pages,
    data_directory,
    clock,
    database,
    ports,
)


def _index(settings: Settings, release: Release | None) -> Finding:
    from kb_index.encoders import create_encoder
    from kb_index.search import KnowledgeIndex

    advice = "bin/kefu kb build"
    if release is None:
        return Finding(False, "知识索引", "还没有发布", advice)
    try:
        index = KnowledgeIndex.load(
            settings.data_dir / release.path, create_encoder(settings.encoder, folder=settings.encoder_dir)
        )
    except (ValueError, OSError) as error:
        return Finding(False, "知识索引", f"不能读取：{error}", advice)
    return Finding(True, "知识索引", f"{len(index.keys)} 个条目，版本 {release.version}")


def _model(settings: Settings, release: Release | None) -> Finding:
    advice = "bin/kefu train"
    if release is None:
        return Finding(False, "机器人模型", "还没有发布", advice)
    path = settings.data_dir / release.path
    readable = path.exists() and tarfile.is_tarfile(path)
    return Finding(readable, "机器人模型", release.version if readable else f"不能读取：{path}", advice)
