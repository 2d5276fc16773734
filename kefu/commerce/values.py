"""What a customer fills in for a command: what is needed, and what can be used."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kefu.commerce.errors import InvalidValues
from kefu.commerce.orders import Order, OrderState
from kefu.commerce.ports import Command, Tool
from kefu.core.errors import FieldError

_REQUIRED: Mapping[Tool, Mapping[str, str]] = {
    Tool.RETURN_REQUEST: {"reason": "请选择退货原因"},
    Tool.REFUND_REQUEST: {"reason": "请选择退款原因"},
    Tool.EXCHANGE_REQUEST: {"reason": "请选择换货原因", "wanted": "请写明想换成什么"},
    Tool.CANCEL_ORDER: {},
    Tool.CHANGE_ADDRESS: {"address": "请填写新的收货地址"},
    Tool.INVOICE_REQUEST: {"title": "请填写发票抬头"},
    Tool.URGE: {},
}
_PATTERNS = {
    "phone": (re.compile(r"1[3-9]\d{9}"), "手机号应为 11 位数字"),
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "邮箱格式不对"),
    "tax_no": (re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{18}|[0-9A-Z]{20}"), "税号应为 15、18 或 20 位"),
}


def checked(command: Command, order: Order) -> dict[str, str]:
    """Return the values that were filled in, stripped; raise ``InvalidValues`` where they will not do."""
    values = {name: text.strip() for name, text in command.values.items() if text.strip()}
    missing = _REQUIRED[command.tool]
    errors = [FieldError(name, message) for name, message in missing.items() if name not in values]
    errors += [
        FieldError(name, message)
        for name, (pattern, message) in _PATTERNS.items()
        if name in values and not pattern.fullmatch(values[name])
    ]
    if command.tool is Tool.REFUND_REQUEST and "amount" in values:
        most = refundable(order)
        if not _payable(values["amount"], most):
            errors.append(FieldError("amount", f"退款金额应大于 0、不超过 {most:.2f} 元"))
    if errors:
        raise InvalidValues(errors)
    return values


def refundable(order: Order) -> Decimal:
    """Return the most, in yuan, that can be refunded without sending anything back.

    That is all that was paid; of a partly shipped order only what was not sent.
    """
    if order.state is OrderState.PARTIALLY_SHIPPED:
        return order.paid_amount - order.shipped_amount
    return order.paid_amount


def _payable(text: str, most: Decimal) -> bool:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return False
    return amount.is_finite() and 0 < amount <= most and amount == round(amount, 2)
