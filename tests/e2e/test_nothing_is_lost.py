"""The network goes for a minute, the server starts anew: everything is there, once, in order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from sqlalchemy import select

from kefu.bootstrap.container import make_container
from kefu.conversations import service as conversations
from kefu.conversations.models import Conversation
from kefu.conversations.schemas import Reply
from kefu.dialogue.brain import Brain
from tests.e2e.conftest import PHONE, Live, Pages
from tests.e2e.test_story import write
from tests.e2e.test_widget import own
from tests.service.conftest import settings_for

pytestmark = pytest.mark.e2e


class Wire:
    """The page's event stream, which can be cut."""

    def __init__(self, page: Page) -> None:
        self._page, self._cut, self._open = page, False, []
        page.route_web_socket("**/visitor/ws", self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        if self._cut:
            socket.close()
            return
        socket.connect_to_server()
        self._open.append(socket)

    def cut(self) -> None:
        """Neither requests nor events get through."""
        self._cut = True
        self._page.context.set_offline(True)
        while self._open:
            self._open.pop().close()

    def mend(self) -> None:
        """The network is back."""
        self._cut = False
        self._page.context.set_offline(False)


def agent_says(live: Live, *texts: str) -> None:
    """What an agent says while the customer cannot hear it."""
    with live.container.database.write() as session:
        conversation = session.scalars(select(Conversation)).one()
        for text in texts:
            conversations.append(session, conversation, Reply("text", {"text": text}, "agent"))


def test_a_minute_without_network_loses_nothing_either_way(pages: Pages, live: Live) -> None:
    page = pages.open("/chat", PHONE)
    expect(page.get_by_test_id("hall")).to_be_visible()  # the visit has begun, so the reload resumes it
    wire = Wire(page)
    page.clock.install()
    page.reload()
    write(page, "网断之前")
    expect(page.get_by_test_id("pending")).to_have_count(0)
    wire.cut()
    for text in ("断网第一句", "断网第二句"):
        write(page, text)
    page.get_by_label("输入您的问题").fill("写到一半")
    agent_says(live, "客服第一句", "客服第二句")
    page.clock.run_for(60_000)
    expect(page.get_by_test_id("connection-banner")).to_be_visible()
    expect(page.get_by_test_id("pending")).to_have_count(2)
    expect(page.get_by_text("客服第一句", exact=True)).to_have_count(0)

    wire.mend()
    page.clock.run_for(20_000)
    expect(page.get_by_test_id("pending")).to_have_count(0)
    expect(page.get_by_test_id("connection-banner")).to_have_count(0)
    for text in ("断网第一句", "断网第二句", "客服第一句", "客服第二句"):
        expect(page.get_by_text(text, exact=True)).to_have_count(1)
    expect(page.get_by_label("输入您的问题")).to_have_value("写到一半")
    assert own(page) == ["网断之前", "断网第一句", "断网第二句"]


@pytest.fixture
def restarted(live: Live, data_dir: Path, brain: Brain) -> Iterator[Live]:
    """The service as it comes back: new process state, the same data, the same address."""
    container = make_container(settings_for(data_dir))
    container.brain.put(brain)
    live.stop()
    again = Live(container, live.port)
    yield again
    again.stop()


def test_a_restart_of_the_server_loses_nothing(
    pages: Pages, live: Live, request: pytest.FixtureRequest
) -> None:
    page = pages.open("/chat", PHONE)
    write(page, "重启之前")
    expect(page.get_by_test_id("message")).to_have_count(2)
    again: Live = request.getfixturevalue("restarted")
    for text in ("停机第一句", "停机第二句"):
        write(page, text)
    page.get_by_label("输入您的问题").fill("写到一半")
    expect(page.get_by_test_id("pending")).to_have_count(2)
    again.start()
    expect(page.get_by_test_id("pending")).to_have_count(0, timeout=15_000)
    expect(page.get_by_test_id("connection-banner")).to_have_count(0, timeout=15_000)
    expect(page.get_by_label("输入您的问题")).to_have_value("写到一半")
    assert own(page) == ["重启之前", "停机第一句", "停机第二句"]
    write(page, "重启之后")
    expect(page.get_by_text("重启之后", exact=True)).to_have_count(1)
    expect(page.get_by_test_id("pending")).to_have_count(0)
