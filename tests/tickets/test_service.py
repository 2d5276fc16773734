import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from kefu.core.database import Database
from kefu.customers.models import Customer
from kefu.tickets import service
from kefu.tickets.models import TicketKind


@pytest.fixture
def customer_id(database: Database) -> str:
    with database.write() as session:
        customer = Customer(inbox="web")
        session.add(customer)
    return customer.id


def open_ticket(database: Database, customer_id: str, kind: TicketKind = TicketKind.COMPLAINT) -> str:
    with database.write() as session:
        ticket = service.create(session, kind=kind, customer_id=customer_id, conversation_id="c" * 32)
        return ticket.number


def test_ticket_is_kept_whole(database: Database, customer_id: str) -> None:
    with database.write() as session:
        created = service.create(
            session,
            kind=TicketKind.COMPLAINT,
            customer_id=customer_id,
            conversation_id="c" * 32,
            order_no="YS202611010001",
            first_owner_id="agent-1",
            summary="客服态度差" * 200,
            payload={"reason": "态度"},
        )
    with database.read() as session:
        (ticket,) = service.list_for(session, customer_id)
    assert ticket.id == created.id
    assert (ticket.kind, ticket.state, ticket.order_no) == ("complaint", "open", "YS202611010001")
    assert (ticket.first_owner_id, ticket.payload) == ("agent-1", {"reason": "态度"})
    assert len(ticket.summary) == 500


@time_machine.travel("2026-11-02T16:30:00Z", tick=False)
def test_number_and_card_carry_the_day_in_china(database: Database, customer_id: str) -> None:
    number = open_ticket(database, customer_id)
    assert re.fullmatch(r"GD261103\d{5}", number)
    with database.read() as session:
        (ticket,) = service.list_for(session, customer_id)
    assert service.card(ticket) == {
        "number": number,
        "kind_text": "投诉",
        "state_text": "处理中",
        "created_at": "2026-11-02T16:30:00Z",
    }


def test_list_is_the_customers_own_newest_first(database: Database, customer_id: str) -> None:
    with database.write() as session:
        other = Customer(inbox="web")
        session.add(other)
    numbers = []
    with time_machine.travel("2026-11-02T00:00:00Z", tick=False) as clock:
        for kind in (TicketKind.COMPLAINT, TicketKind.CALLBACK):
            numbers.append(open_ticket(database, customer_id, kind))
            clock.shift(60)
        open_ticket(database, other.id)
    with database.read() as session:
        assert [ticket.number for ticket in service.list_for(session, customer_id)] == numbers[::-1]
        assert service.list_for(session, "nobody") == []


def test_taken_number_is_drawn_again_within_the_callers_transaction(
    database: Database, customer_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(service, "randbelow", lambda _: next(drawn))
    open_ticket(database, customer_id)
    with database.write() as session:
        session.add(Customer(inbox="web", external_id="kept"))
        ticket = service.create(
            session, kind=TicketKind.CALLBACK, customer_id=customer_id, conversation_id="c" * 32
        )
    assert ticket.number.endswith("00008")
    with database.read() as session:
        assert len(service.list_for(session, customer_id)) == 2
        assert session.query(Customer).filter_by(external_id="kept").count() == 1


def test_tickets_opened_at_once_have_numbers_of_their_own(database: Database, customer_id: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: open_ticket(database, customer_id), range(24)))
    assert len(set(numbers)) == 24
