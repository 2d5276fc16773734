"""The service hall: what a customer sees before typing, from the order that is probably meant."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kefu.commerce import cards
from kefu.commerce.orders import Order
from kefu.customers.models import Customer
from kefu.dialogue import showing
from kefu.dialogue.answering import tool_title
from kefu.dialogue.decision import Option, OptionMaker
from kefu.dialogue.tools import FORMS, why_not
from kefu.knowledge.hall import HallSettings
from kefu.knowledge.snapshot import ArticleView, Snapshot

ORDERS = 3
ORDER_OPTIONS = 3
RECOMMENDATIONS = 4
OF_ONE_KIND = 2  # recommendations for the same reason, so that a wrong guess leaves room for another
ORDINARY = {"", "普通"}
CHOSEN_OFTEN = 3  # choices before what others chose is worth recommending
OWN_ARTICLES = {*showing.ARTICLES.values(), *(form.article for form in FORMS.values())}
ORDER_FORMS = {name for name, form in FORMS.items() if form.with_order}
# The question that an order in this state raises, and the articles that most probably answer it.
LIKELY: dict[str, tuple[str, tuple[str, ...]]] = {
    "unpaid": ("这笔订单还没付款，需要帮忙吗？", ("payment.failed", "order.cancel", "payment.methods")),
    "paid": ("这笔订单正在备货，想问发货时间吗？", ("shipping.dispatch_time", "shipping.urge", "order.modify_address")),
    "presale": ("这是预售订单，想问尾款或发货吗？", ("order.presale", "order.cancel")),
    "partially_shipped": ("订单分了几个包裹，想问另一件吗？", ("shipping.split", "shipping.track", "shipping.missing_item")),
    "in_transit": ("包裹正在路上，想查物流吗？", ("shipping.track", "shipping.delivery_time", "shipping.door")),
    "stuck": ("物流好几天没更新了，是想问这个吗？", ("shipping.not_moving", "shipping.urge", "shipping.lost")),
    "signed": ("包裹已签收，有什么可以帮您？", ("refund.apply_return", "exchange.apply", "invoice.apply", "aftersale.quality_problem", "shipping.signed_not_received", "aftersale.warranty")),
    "return_requested": ("您的售后正在处理，想看进度吗？", ("refund.progress", "refund.return_address", "refund.return_tracking")),
    "refunding": ("退款正在处理，想看进度吗？", ("refund.progress", "refund.arrival_time", "refund.where")),
    "refunded": ("这笔订单已退款，对金额有疑问吗？", ("refund.arrival_time", "refund.amount_wrong", "refund.coupon_return")),
    "refused": ("包裹已拒收，想问退款吗？", ("refund.apply_refund_only", "refund.arrival_time", "shipping.reject")),
    "cancelled": ("这笔订单已取消，想问退款吗？", ("refund.arrival_time", "refund.where")),
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """Who looks at the hall, when (in the shop's own zone) and from which page."""

    customer: Customer
    orders: tuple[Order, ...]
    now: datetime
    asked: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The page of the shop that the customer came from."""
        return str(self.customer.context.get("page") or "")

    @property
    def meant(self) -> tuple[Order, ...]:
        """The orders, the one that the page shows first, then the newest."""
        shown = self.customer.context.get("order_no")
        return tuple(sorted(self.orders, key=lambda order: order.order_no != shown))


class Hall:
    """Composes the first screen of one visit; nothing is offered twice."""

    def __init__(self, knowledge: Snapshot, settled: HallSettings, option: OptionMaker, visit: Visit) -> None:
        self._knowledge, self._settled, self._option, self._visit = knowledge, settled, option, visit
        self._today = visit.now.date()
        self._offered: set[str] = set()
        # A tool stands on the first screen anyway.
        self._hot = [key for key in settled.hot if key not in settled.tools]

    def wire(self) -> dict[str, Any]:
        """Return the hall as the API shows it."""
        settled, customer = self._settled, self._visit.customer
        named = bool(customer.verified and customer.name)
        greeting = settled.greeting_named if named else settled.greeting
        orders = [self._order(order) for order in self._visit.meant[:ORDERS]]
        return {
            "title": settled.title,
            "greeting": greeting.replace("{name}", customer.name).replace("{level}", self._level()),
            "placeholder": settled.placeholder,
            "placeholders": settled.placeholders,
            "orders": orders,
            "recommendations": self._recommendations(),
            "hot": self._options(self._hot, "hot"),
            "tools": [self._tool(one) for one in self._articles(settled.tools)],
            "announcement": settled.announced(self._today),
            "privacy": {"text": settled.privacy_notice, "version": settled.privacy_version},
            "hours": self._knowledge.policies.get("service_hours", ""),
            "asked": list(self._visit.asked),
        }

    def _level(self) -> str:
        """Return how the customer's level is named in a greeting; an ordinary one is not worth a word."""
        level = self._visit.customer.level
        return f"（{level}会员）" if level not in ORDINARY else ""

    def _order(self, order: Order) -> dict[str, Any]:
        keys = LIKELY.get(order.state.value, ("", ()))[1]
        articles = [one for one in self._articles(keys) if self._can(one.tool, order)][:ORDER_OPTIONS]
        self._offered.update(one.key for one in articles)
        reason = f"order_{order.state.value}"
        options = [self._option("article", one.key, _named(one), reason, order.order_no) for one in articles]
        return cards.order_card(order) | {"question": question(order, self._visit.now), "options": options}

    def _can(self, tool: str | None, order: Order) -> bool:
        """Whether the order allows the tool now; what it does not allow is not offered beside it."""
        return tool not in ORDER_FORMS or why_not(tool, order, self._visit.now) is None

    def _recommendations(self) -> list[Option]:
        """Return what is most probably wanted, each with its reason: two to four, of several kinds."""
        found: list[Option] = []
        for reason, keys in self._sources():
            most = RECOMMENDATIONS if reason in {"pinned", "hot"} else OF_ONE_KIND
            room = min(most, RECOMMENDATIONS - len(found))
            found += self._options(keys, reason, most=room)
        return found

    def _sources(self) -> Iterator[tuple[str, Iterable[str]]]:
        settled, visit = self._settled, self._visit
        order = visit.meant[0] if visit.meant else None
        state = order.state.value if order else ""
        yield "pinned", [one.key for one in settled.pinned if one.holds(self._today)]
        yield "page", settled.pages.get(visit.page, [])
        yield f"order_{state}", LIKELY.get(state, ("", ()))[1]
        yield "popular", self._popular(state)
        yield "level", settled.levels.get(visit.customer.level, [])
        for season in settled.seasons:
            if season.holds(self._today):
                yield "season", season.keys
        yield "hot", self._hot

    def _popular(self, state: str) -> list[str]:
        """Return what customers with an order in the same state chose most when they were asked what they meant."""
        chosen: Counter[str] = Counter()
        for (_, key, in_state), counts in self._knowledge.choices.items():
            if in_state == state:
                chosen[key] += counts.chosen
        return [key for key, times in chosen.most_common(RECOMMENDATIONS) if times >= CHOSEN_OFTEN]

    def _options(self, keys: Iterable[str], reason: str, most: int | None = None) -> list[Option]:
        fresh = [one for one in self._articles(keys) if one.key not in self._offered][:most]
        self._offered.update(one.key for one in fresh)
        return [self._shown(one, reason) for one in fresh]

    def _articles(self, keys: Iterable[str]) -> Iterator[ArticleView]:
        for key in dict.fromkeys(keys):
            article = self._knowledge.articles.get(key)
            if article is not None and article.valid(self._today) and key not in self._settled.hidden:
                yield article

    def _tool(self, article: ArticleView) -> Option:
        return self._option("article", article.key, _named(article), None)

    def _shown(self, article: ArticleView, reason: str | None) -> Option:
        return self._option("article", article.key, article.title, reason)


def _named(article: ArticleView) -> str:
    """Beside an order or a picture a tool's own article is named by what it does, not by a question."""
    return tool_title(article.tool) or article.title if article.key in OWN_ARTICLES else article.title


def question(order: Order, moment: datetime) -> str:
    """Return the question that an order raises now, with what is known of its parcel."""
    under_way = [one for one in order.shipments if one.signed_at is None]
    state = order.state.value
    if state == "stuck" and under_way and under_way[0].timeline:
        days = (moment - under_way[0].timeline[-1].time).days
        if days >= 1:
            return f"物流 {days} 天没有更新了，您是想问这个吗？"
    if state == "in_transit" and under_way and under_way[0].eta is not None:
        days = (under_way[0].eta.astimezone(moment.tzinfo).date() - moment.date()).days
        words = {0: "今天", 1: "明天", 2: "后天"}
        if days in words:
            return f"包裹预计{words[days]}送达，您想查物流吗？"
        if days < 0:
            return "包裹比预计晚了，您是想问物流吗？"
    return LIKELY.get(state, ("您想咨询这个订单吗？", ()))[0]


def offered(wire: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the articles that a hall shows, each with its reason (``tool`` for the row of tools)."""
    for order in wire["orders"]:
        yield from _reasons(order["options"], "order")
    yield from _reasons(wire["recommendations"], "recommended")
    yield from _reasons(wire["tools"], "tool")
    yield from _reasons(wire["hot"], "hot")


def _reasons(options: Iterable[Option], otherwise: str) -> Iterator[tuple[str, str]]:
    yield from ((one["target"]["key"], one.get("reason") or otherwise) for one in options)
