"""``kefu prepare``: from an empty directory to data that can be served; safe to repeat."""

from pathlib import Path

import typer

from kefu.cli.console import AsJson, command, opened, progress
from kefu.cli.kb import build_progress
from kefu.core.database import Database
from kefu.core.process import loading
from kefu.core.settings import Settings
from kefu.nlu import service as releases
from kefu.supervisor.progress import Report, result_to_parent

app = typer.Typer()


def passwords_file(settings: Settings) -> Path:
    """Return where the staff's first passwords can be read again."""
    return settings.data_dir / "secrets" / "staff-passwords.txt"


@app.command(hidden=True)
@command
def prepare(as_json: AsJson = False) -> None:
    """升级数据库，播种空库，建立知识索引。"""
    from kb_index.encoders import encoder_name

    settings = Settings()
    with progress("准备", as_json) as report:
        passwords = run(settings, report)
    if as_json:
        result_to_parent({"passwords": passwords, "encoder": encoder_name(settings.encoder)})


def is_prepared(settings: Settings, database: Database) -> bool:
    """Whether :func:`run` would leave everything as it is, which costs less to see than a process does to start.

    An index is built from what was seeded, so that where one is released nothing is left to seed.
    """
    from kb_index.artefact import usable
    from kb_index.encoders import encoder_name
    from kb_index.encoders import is_prepared as is_encoder_prepared
    from kefu.cli import schema

    if schema.current(database) != schema.newest() or not is_encoder_prepared(
        settings.encoder, settings.encoder_dir
    ):
        return False
    with database.read() as session:
        live = releases.live(session, "index")
    return live is not None and usable(settings.data_dir / live.path, encoder_name(settings.encoder))


def run(settings: Settings, report: Report) -> dict[str, str]:
    """Migrate, seed, make the encoder's model, index; return the passwords of the accounts that were made."""
    with loading():
        from kb_index.encoders import prepare_encoder
        from kefu.bootstrap.knowledge import ensure_index
        from kefu.bootstrap.seed import seed
        from kefu.cli import schema

    with opened(settings) as database:
        report("升级数据库", 0.0)
        schema.upgrade(database)
        passwords = seed(settings, database, _part(report, 0.05, 0.2))
        if passwords:
            _keep(passwords_file(settings), passwords)
        report("准备句向量模型", 0.2)
        prepare_encoder(settings.encoder, settings.encoder_dir)
        ensure_index(settings, database, build_progress(_part(report, 0.2, 1.0)))
    report("完成", 1.0)
    return passwords


def _part(report: Report, begin: float, end: float) -> Report:
    return lambda phase, share: report(phase, begin + (end - begin) * share)


def _keep(path: Path, passwords: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    lines = [f"{username}\t{password}\n" for username, password in passwords.items()]
    path.write_text("".join(lines), encoding="utf-8")
