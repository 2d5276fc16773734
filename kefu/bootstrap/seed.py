"""Filling an empty database: the demo shop's content, orders and staff."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.accounts import service as accounts
from kefu.accounts.models import Role
from kefu.commerce.seed import seed_demo, shift
from kefu.core.clock import now
from kefu.core.database import Database
from kefu.core.settings import Settings
from kefu.customers.models import Customer
from kefu.knowledge import content

STAFF = [
    ("admin", "管理员", "9001", Role.ADMINISTRATOR),
    ("manager", "周经理", "8001", Role.MANAGER),
    ("agent1", "林小溪", "1001", Role.AGENT),
    ("agent2", "陈一帆", "1002", Role.AGENT),
    ("editor", "苏编辑", "7001", Role.EDITOR),
]


def seed(
    settings: Settings, database: Database, progress: Callable[[str, float], None] | None = None
) -> dict[str, str]:
    """Seed an empty database; returns the passwords made for its staff, nothing when it was not empty."""
    if not settings.seed_demo:
        return {}
    files = content.read(settings.content_dir)
    passwords = {username: token_urlsafe(9) for username, _, _, _ in STAFF}
    with database.write() as session:
        if not content.seed(session, files):
            return {}
        if progress is not None:
            progress("写入知识条目和话题", 0.5)
        seed_customers(session, settings.content_dir / "demo.yml")
        seed_demo(session, settings.content_dir / "demo.yml", now())
        for username, name, number, role in STAFF:
            accounts.add(
                session, username=username, name=name, number=number, role=role, password=passwords[username]
            )
    if progress is not None:
        progress("写入演示客户和订单", 1.0)
    return passwords


def seed_customers(session: Session, path: Path, inbox: str = "web") -> None:
    """Add the demo's customers who are not there yet."""
    there = set(session.scalars(select(Customer.external_id).where(Customer.inbox == inbox)))
    for entry in yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader):
        if entry["external_id"] not in there:
            fields = {name: entry[name] for name in ("external_id", "name", "level", "phone")}
            session.add(Customer(inbox=inbox, **fields))
    session.flush()


def keep_demo_fresh(database: Database) -> None:
    """Move the demo's dates forward when they have grown old; a real shop's database has none."""
    with database.write() as session:
        shift(session, now())
