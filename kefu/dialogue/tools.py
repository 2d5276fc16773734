"""Tools beyond text: which there are, what they show, and the forms that they need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kefu.commerce import rules
from kefu.commerce.errors import NotAllowedInState
from kefu.commerce.orders import Order
from kefu.commerce.ports import Tool
from kefu.dialogue.decision import Facts

CARDS = ("orders", "logistics", "refund_progress", "invoices", "coupons", "addresses", "complaint_progress")


@dataclass(frozen=True)
class Field:
    """One field of a form; ``options`` are the values of a select, shown as they are."""

    name: str
    label: str
    type: str = "text"
    required: bool = True
    options: tuple[str, ...] = ()
    placeholder: str = ""


@dataclass(frozen=True)
class Form:
    """A form: ``offer`` invites to it, ``submit`` is its button, ``article`` explains the matter."""

    form_id: str
    title: str
    offer: str
    submit: str
    article: str
    fields: tuple[Field, ...]
    with_order: bool = True


ORDER = Field("order_no", "订单", "order")
_RETURN_REASONS = ("七天无理由", "质量问题", "发错货", "少件漏发", "与描述不符", "其他")
_REFUND_REASONS = ("不想要了", "一直不发货", "没收到货", "拍错了", "协商一致退款", "其他")
FORMS: dict[str, Form] = {
    form.form_id: form
    for form in (
        Form(
            "return_request", "申请退货", "申请退货", "提交退货申请", "refund.apply_return",
            (ORDER, Field("reason", "退货原因", "select", options=_RETURN_REASONS),
             Field("description", "补充说明", "textarea", required=False, placeholder="可以写明商品的问题")),
        ),
        Form(
            "refund_request", "申请仅退款", "申请退款", "提交退款申请", "refund.apply_refund_only",
            (ORDER, Field("reason", "退款原因", "select", options=_REFUND_REASONS),
             Field("description", "补充说明", "textarea", required=False)),
        ),
        Form(
            "exchange_request", "申请换货", "申请换货", "提交换货申请", "exchange.apply",
            (ORDER, Field("reason", "换货原因", "select", options=("尺码不合适", "颜色不合适", "质量问题", "发错货", "其他")),
             Field("wanted", "想换成", "text", placeholder="例如：同款 L 码 黑色")),
        ),
        Form(
            "cancel_order", "取消订单", "取消订单", "确认取消", "order.cancel",
            (ORDER, Field("reason", "取消原因", "select", options=("不想要了", "拍错了", "地址填错", "价格变动", "其他"))),
        ),
        Form(
            "change_address", "修改收货地址", "修改收货地址", "确认修改", "order.modify_address",
            (ORDER, Field("address", "新的收货地址", "text", placeholder="省市区 + 街道门牌"),
             Field("recipient", "收货人", required=False), Field("phone", "手机号", "phone", required=False)),
        ),
        Form(
            "invoice_request", "申请发票", "申请发票", "提交开票", "invoice.apply",
            (ORDER, Field("title", "发票抬头", placeholder="个人姓名或公司全称"),
             Field("tax_no", "税号", required=False, placeholder="企业必填"), Field("email", "接收邮箱", required=False)),
        ),
        Form(
            "urge", "催单", "帮我催一下", "提交催单", "shipping.urge",
            (ORDER, Field("note", "想说的话", "textarea", required=False)),
        ),
        Form(
            "complaint", "提交投诉", "提交投诉", "提交投诉", "complaint.how",
            (Field("subject", "投诉对象", "select", options=("商家", "客服", "快递", "商品", "其他")),
             Field("description", "发生了什么", "textarea", placeholder="请写明经过和您的诉求"),
             Field("order_no", "相关订单", "order", required=False)),
            with_order=False,
        ),
        Form(
            "identity", "验证身份", "验证身份", "验证", "order.status",
            (Field("order_no", "订单号", "text", placeholder="YS 开头，可在短信或订单详情里找到"),
             Field("phone_tail", "收货手机号后四位", "text", placeholder="4 位数字")),
            with_order=False,
        ),
    )
}  # fmt: skip


def usable_orders(facts: Facts, form_id: str) -> list[Order]:
    """Return the orders for which a form may be filled now, the likeliest first."""
    if form_id == "complaint":
        return list(facts.likely)
    return [order for order in facts.likely if why_not(form_id, order, facts.now) is None]


def why_not(form_id: str, order: Order, moment: datetime) -> str | None:
    """Return in Chinese why the order's state does not allow the tool; None when it does."""
    try:
        rules.allowed(Tool(form_id), order, moment)
    except NotAllowedInState as error:
        return error.detail
    return None


def instead(form_id: str, order: Order, moment: datetime) -> list[str]:
    """Return the tools that help with an order that does not allow this one: forms, or a card to look at."""
    possible = [tool.value for tool in rules.instead(Tool(form_id), order, moment)]
    return possible or (["logistics"] if order.shipments else [])


def form_content(
    facts: Facts, form: Form, values: dict[str, str], errors: dict[str, str] | None = None
) -> dict[str, Any]:
    """Return a form as the customer sees it, with what is known filled in and what is wrong said."""
    fields = []
    for field in form.fields:
        shown: dict[str, Any] = {
            "name": field.name,
            "label": field.label,
            "type": field.type,
            "required": field.required,
        }
        if field.type == "order":
            shown["options"] = [
                {
                    "value": order.order_no,
                    "label": f"{order.items[0].title} · {order.state.text} · {order.order_no}",
                }
                for order in usable_orders(facts, form.form_id)
            ]
        elif field.options:
            shown["options"] = [{"value": option, "label": option} for option in field.options]
        if field.placeholder:
            shown["placeholder"] = field.placeholder
        if values.get(field.name):
            shown["value"] = values[field.name]
        if errors and field.name in errors:
            shown["error"] = errors[field.name]
        fields.append(shown)
    submit = facts.option("action", f"submit:{form.form_id}", form.submit, None)
    return {"form_id": form.form_id, "title": form.title, "fields": fields, "submit": submit}
