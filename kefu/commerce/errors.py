"""What can go wrong with orders. ``detail`` may be shown to the customer as it is."""

from kefu.core.errors import Conflict, DomainError, FieldError, Invalid, NotFound


class OrderNotFound(NotFound):
    """No such order of this customer (the two are not told apart)."""

    def __init__(self) -> None:
        super().__init__("order_not_found", "没有找到这张订单", "请核对订单号，或在“我的订单”里选择一张。")


class NotAllowedInState(Conflict):
    """The order's state does not allow it; ``detail`` says why and what to do instead."""

    def __init__(self, detail: str) -> None:
        super().__init__("not_allowed_in_state", "订单当前状态不支持这个操作", detail)


class InvalidValues(Invalid):
    """What the customer filled in cannot be used."""

    def __init__(self, errors: list[FieldError]) -> None:
        detail = "；".join(error.message for error in errors)
        super().__init__("invalid_values", "填写的内容有误", detail, errors)


class IdempotencyKeyReused(Conflict):
    """The same idempotency key came with another command."""

    def __init__(self) -> None:
        super().__init__("idempotency_key_reused", "这次提交已用于另一个申请", "请重新发起一次申请。")


class ShopUnavailable(DomainError):
    """The shop did not answer in time, or not sensibly. For a command the outcome is then unknown."""

    def __init__(self, detail: str) -> None:
        super().__init__("shop_unavailable", "暂时连接不上商城订单系统", detail, status=503)


class ShopRefused(DomainError):
    """The shop understood and said no for a reason of its own."""

    def __init__(self, detail: str = "") -> None:
        detail = detail or "商城没有受理这次请求，可以转人工客服为您处理。"
        super().__init__("shop_refused", "商城没有受理", detail, status=502)
