"""The copy that is measured on: what is served and the secrets, with the demo as on its first day."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import select

from kefu.bootstrap import models
from kefu.commerce.models import DemoOrder
from kefu.commerce.seed import seed_demo
from kefu.conversations.models import Conversation
from kefu.core.clock import now
from kefu.core.database import Base, Database
from kefu.core.errors import DomainError
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.dialogue.models import Turn
from kefu.measure.throwaway import copy, until_stopped, without_bot
from kefu.nlu.service import release


def test_a_copy(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var", database_url="")
    secret = settings.secret("inbox_secret")
    database = Database(settings.database)
    assert models.metadata.tables
    Base.metadata.create_all(database.engine)
    for name in ("index/i1/manifest.json", "models/old.tar.gz", "models/m1.tar.gz"):
        (settings.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (settings.data_dir / name).write_text(name)
    with database.write() as session:
        release(session, "index", "i1", "index/i1", {})
        release(session, "model", "old", "models/old.tar.gz", {})
        release(session, "model", "m1", "models/m1.tar.gz", {})
        session.add(Customer(inbox="web", name="真实的客户"))
        seed_demo(session, settings.content_dir / "demo.yml", now())
        paid = session.scalars(select(DemoOrder).where(DemoOrder.state == "paid")).one()
        paid.state = "cancelled"
    target = tmp_path / "copy"
    target.mkdir()
    copy(settings, target)
    database.close()

    assert (target / "secrets" / "inbox_secret").read_text() == secret
    assert (target / "index/i1/manifest.json").exists()
    assert [path.name for path in (target / "models").iterdir()] == ["m1.tar.gz"]
    copied = Database(f"sqlite:///{target / 'kefu.sqlite3'}")
    with copied.read() as session:
        assert (
            session.scalars(select(DemoOrder.state).where(DemoOrder.order_no == paid.order_no)).one()
            == "paid"
        )
        assert session.scalars(select(Customer.name)).all() == ["真实的客户"]
    copied.close()


def test_no_data_yet_gives_an_empty_copy(tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.mkdir()
    copy(Settings(data_dir=tmp_path / "var", database_url=""), target)
    assert list(target.iterdir()) == []


def test_postgresql_is_not_copied(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1/none")
    with pytest.raises(DomainError) as caught:
        copy(settings, tmp_path)
    assert caught.value.code == "throwaway_needs_sqlite"


def test_turns_decided_without_rasa_are_counted(sqlite: Database) -> None:
    with sqlite.write() as session:
        customer = Customer(inbox="web")
        session.add(customer)
        session.flush()
        conversation = Conversation(customer_id=customer.id, inbox="web")
        session.add(conversation)
        session.flush()
        for trace in ({"degraded": True}, {"degraded": False}, {}):
            session.add(Turn(conversation_id=conversation.id, customer_id=customer.id, epoch=0, trace=trace))
    assert without_bot(Settings(database_url=sqlite.url.render_as_string())) == 1


def test_being_stopped_leaves_time_to_clean_up() -> None:
    cleaned = []

    async def work() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            cleaned.append("copy")

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        until_stopped(work())
    assert cleaned == ["copy"]
    assert signal.getsignal(signal.SIGTERM) == before
