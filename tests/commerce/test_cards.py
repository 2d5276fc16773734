import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from kefu.commerce.cards import (
    address_card,
    coupon_card,
    invoice_card,
    logistics_card,
    mask_address,
    mask_phone,
    order_card,
    refund_card,
)
from kefu.commerce.orders import (
    Address,
    Coupon,
    CouponState,
    Invoice,
    Order,
    OrderItem,
    OrderState,
    Refund,
    RefundKind,
    RefundStep,
    Shipment,
    TrackPoint,
)

NOON = datetime(2026, 11, 3, 20, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
CUP = OrderItem("保温杯", 2, Decimal(69), "蓝")
SOCKS = OrderItem("袜子", 1, Decimal("9.9"))


def order(**fields: object) -> Order:
    values: dict[str, object] = {
        "order_no": "YS202611030001",
        "customer_external_id": "c-1",
        "state": OrderState.IN_TRANSIT,
        "items": (CUP, SOCKS),
        "total": Decimal("147.9"),
        "recipient": "欧阳锋",
        "address": "浙江省杭州市余杭区秘密路 8 号 3 幢",
        "phone": "13812345678",
        "created_at": NOON,
    }
    return Order(**{**values, **fields})  # type: ignore[arg-type]


def parcel(number: str, *, signed: bool = False) -> Shipment:
    timeline = (TrackPoint(NOON, "已揽收", "深圳"), TrackPoint(NOON + timedelta(hours=1), "已发出"))
    signed_at = NOON + timedelta(days=1) if signed else None
    return Shipment("顺丰速运", number, (CUP,), timeline, eta=NOON + timedelta(days=2), signed_at=signed_at)


def test_order_card() -> None:
    assert order_card(order(paid_at=NOON)) == {
        "order_no": "YS202611030001",
        "state": "in_transit",
        "state_text": "运输中",
        "items": [
            {"title": "保温杯", "quantity": 2, "price": "69.00"},
            {"title": "袜子", "quantity": 1, "price": "9.90"},
        ],
        "total": "147.90",
        "created_at": "2026-11-03T12:00:00Z",
        "paid_at": "2026-11-03T12:00:00Z",
        "recipient": "欧*",
        "phone": "138****5678",
        "address": "浙江省杭州市余杭区****",
    }
    assert "paid_at" not in order_card(order())


def test_logistics_card_of_one_parcel_shows_the_newest_point_first() -> None:
    card = logistics_card(order(shipments=(parcel("SF1"),)))
    assert card == {
        "order_no": "YS202611030001",
        "courier": "顺丰速运",
        "tracking_no": "SF1",
        "state_text": "运输中",
        "items": [{"title": "保温杯", "quantity": 2, "price": "69.00"}],
        "eta": "2026-11-05T12:00:00Z",
        "timeline": [
            {"time": "2026-11-03T13:00:00Z", "text": "已发出"},
            {"time": "2026-11-03T12:00:00Z", "text": "已揽收", "place": "深圳"},
        ],
    }


def test_logistics_card_of_several_parcels_leads_with_the_one_awaited() -> None:
    card = logistics_card(order(shipments=(parcel("SF1", signed=True), parcel("SF2"))))
    assert card["tracking_no"] == "SF2"
    assert [(one["tracking_no"], one["state_text"]) for one in card["parcels"]] == [
        ("SF1", "已签收"),
        ("SF2", "运输中"),
    ]
    assert ["eta" in one for one in card["parcels"]] == [False, True]


@pytest.mark.parametrize(
    ("state", "shipments", "text"),
    [
        (OrderState.PAID, (), "尚未发货"),
        (OrderState.IN_TRANSIT, (Shipment("中通快递", "ZT1", (CUP,)),), "等待揽收"),
        (OrderState.STUCK, (parcel("SF1"),), "物流停滞"),
        (OrderState.REFUSED, (parcel("SF1"),), "已拒收"),
    ],
)
def test_logistics_card_says_where_a_parcel_stands(
    state: OrderState, shipments: tuple[Shipment, ...], text: str
) -> None:
    assert logistics_card(order(state=state, shipments=shipments))["state_text"] == text


def test_refund_card() -> None:
    steps = (RefundStep("提交申请", done=True, time=NOON), RefundStep("退款到账", done=False))
    refund = Refund("TK2611030001", Decimal("9.9"), RefundKind.REFUND, "处理中", steps)
    assert refund_card(order(refund=refund)) == {
        "order_no": "YS202611030001",
        "refund_no": "TK2611030001",
        "kind": "refund",
        "amount": "9.90",
        "state_text": "处理中",
        "steps": [
            {"title": "提交申请", "done": True, "time": "2026-11-03T12:00:00Z"},
            {"title": "退款到账", "done": False},
        ],
    }
    with pytest.raises(ValueError, match="no refund"):
        refund_card(order())


def test_invoice_coupon_and_address_cards() -> None:
    invoices = (Invoice("FP1", "云杉公司", Decimal(10), "已开具", NOON, url="https://shop.example/fp1.pdf"),)
    assert invoice_card(order(invoices=invoices))["items"] == [
        {
            "invoice_no": "FP1",
            "title": "云杉公司",
            "amount": "10.00",
            "state_text": "已开具",
            "created_at": "2026-11-03T12:00:00Z",
            "url": "https://shop.example/fp1.pdf",
        }
    ]
    assert coupon_card([Coupon("满减券", Decimal(100), Decimal(15), NOON, CouponState.USED)])["items"] == [
        {
            "title": "满减券",
            "threshold": "100.00",
            "amount": "15.00",
            "expires_at": "2026-11-03T12:00:00Z",
            "state_text": "已使用",
        }
    ]
    assert address_card([Address("王五", "13812345678", "上海市浦东新区某路 1 号", True)])["items"] == [
        {"recipient": "王*", "phone": "138****5678", "address": "上海市浦东新区****", "default": True}
    ]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("上海市浦东新区张江镇碧波路 690 弄", "上海市浦东新区****"),
        ("广西壮族自治区南宁市青秀区民族大道 1 号", "广西壮族自治区南宁市青秀区****"),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路 2 号", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市****"),
        ("江苏省苏州市昆山市花桥镇绿地大道 231 号", "江苏省苏州市昆山市****"),
        ("幸福路 12 号 3 单元", "幸福****"),
        ("", "****"),
    ],
)
def test_only_the_district_of_an_address_is_shown(address: str, shown: str) -> None:
    assert mask_address(address) == shown


def test_short_phone_is_hidden_whole() -> None:
    assert mask_phone("1381234") == "****"


def test_cards_are_json_without_the_customers_secrets() -> None:
    text = json.dumps(order_card(order()), ensure_ascii=False)
    assert "13812345678" not in text
    assert "秘密路" not in text
    assert "欧阳" not in text


def test_times_are_utc() -> None:
    assert (
        order_card(order(created_at=datetime(2026, 1, 1, tzinfo=UTC)))["created_at"] == "2026-01-01T00:00:00Z"
    )
