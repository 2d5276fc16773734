"""Filling a form: by submitting it, or by typing one value after the other; a question may interrupt it."""

import re

from kefu.commerce.orders import Order
from kefu.conversations.schemas import Reply
from kefu.dialogue import answering, showing
from kefu.dialogue.decision import Case, Decision, Option, ToolCall, Verification
from kefu.dialogue.memory import FormState
from kefu.dialogue.signals import gives_up, is_asking, ordinal, pleasantry, resumes
from kefu.dialogue.tools import FORMS, Field, Form, form_content, instead, usable_orders, why_not

PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
ADDRESS = re.compile(r"[省市区县镇乡村路街道巷弄号栋楼室苑园].*\S|\d")
ORDER_NO = re.compile(r"(?:YS)?\d{12,18}", re.IGNORECASE)
ASK = {
    "order": "请选择要办理的订单。",
    "select": "请选择{label}，也可以直接回复序号或文字。",
    "other": "请填写{label}。",
}


def start(case: Case, form_id: str) -> Decision:
    """Open a form with what is known already filled in; without identity, identity comes first."""
    form, facts, memory = FORMS[form_id], case.facts, case.memory
    if not facts.verified and form_id != "identity":
        memory.identity = form_id
        decision = start(case, "identity")
        memory.speak_of(form.article)
        return decision
    order = _named(case)
    if form.with_order:
        if facts.orders is None:
            return _shop_away(case)
        possible = usable_orders(facts, form_id)
        if not possible or (order is not None and order not in possible):
            return _not_possible(case, form, order or facts.focus)
    values = _known(case, form, order)
    memory.form = FormState(form_id=form_id, values=values)
    memory.speak_of(form.article)  # what a short question in the middle refers to
    memory.remember(case.understanding.text, f"form:{form_id}")
    return _ask(case)


def possible(case: Case, form_id: str) -> bool:
    """Whether a form can be opened for any of the customer's orders, as far as that is known; so can what is no form."""
    form = FORMS.get(form_id)
    return (
        form is None
        or not form.with_order
        or case.facts.orders is None
        or bool(usable_orders(case.facts, form_id))
    )


def _named(case: Case) -> Order | None:
    """Return the order that the message names, or that was clicked."""
    understood = case.understanding
    return case.facts.named(understood.entity("order_no") or _first(ORDER_NO, understood.text))


def _known(case: Case, form: Form, named: Order | None) -> dict[str, str]:
    """Return the values that need not be asked: the order that is named, on the page, or the only one possible."""
    if not form.with_order:
        return {}
    possible = usable_orders(case.facts, form.form_id)
    order = named or next((one for one in possible if one.order_no == case.facts.meant), None)
    if order is None and len(possible) == 1:
        order = possible[0]
    return {"order_no": order.order_no} if order else {}


def _not_possible(case: Case, form: Form, order: Order | None) -> Decision:
    """The order, or every order, does not allow it: say why, and show or offer what can be done instead."""
    if order is None:
        reason, told = "没有找到您的订单。", None
    else:
        reason = why_not(form.form_id, order, case.facts.now) or "这张订单现在不能办理。"
        under_way = order.refund is not None
        told = (
            showing.show(case, "refund_progress", showing.ARTICLES["refund_progress"]) if under_way else None
        )
    if told is None:
        actions = _instead(case, form, order) if order else []
        if actions and case.memory.article_key == form.article:  # it was just read: not told once more
            options = answering.related(case, form.article, actions)
            return case.done("tool_refused", Reply("fallback", {"text": reason, "options": options}))
        told = answering.answer(case, form.article, confidence=1.0, outcome="tool_refused", actions=actions)
    return case.done("tool_refused", Reply("text", {"text": reason}), *told.replies)


def _instead(case: Case, form: Form, order: Order) -> list[Option]:
    return [
        case.facts.option("action", f"tool:{name}", answering.tool_title(name) or name, None, order.order_no)
        for name in instead(form.form_id, order, case.facts.now)
    ]


def _shop_away(case: Case) -> Decision:
    options = [case.facts.option("human", "human", "转人工客服", None)]
    text = "暂时连接不上商城的订单系统，没有为您提交任何操作。请稍后再试，或转人工客服处理。"
    return case.done("shop_unavailable", Reply("fallback", {"text": text, "options": options}))


def step(case: Case) -> Decision | None:
    """Read a typed message while a form is open; None when it neither fills nor leaves the form."""
    state = case.memory.form
    assert state is not None  # noqa: S101 - the caller looked
    form = FORMS[state.form_id]
    text = case.understanding.text
    if gives_up(text):
        case.memory.form = None
        return case.done(
            "form_left",
            Reply(
                "text", {"text": f"好的，{form.title}已取消填写，没有提交任何内容。还需要什么可以继续问我。"}
            ),
        )
    if resumes(text) or pleasantry(text) == "solved":  # 好嘞: neither a value nor an end
        return again(case)
    field = _field(form, state.asked)
    if field is not None and not _interrupts(case, field):
        value = _read(case, form, field)
        if value is not None:
            state.values[field.name] = value
            return _ask(case)
    return None


def _interrupts(case: Case, field: Field) -> bool:
    """Whether the message is a question rather than the words or the choice that a field asks for."""
    if field.type not in {"text", "textarea", "select"}:
        return False
    if field.type == "select" and ordinal(case.understanding.text, len(field.options)) is not None:
        return False
    top = case.understanding.result.candidates[:1]
    sure = bool(top) and top[0].confidence >= case.facts.thresholds.answer
    return is_asking(case.understanding.text) and (sure or len(case.understanding.text) <= 12)


def again(case: Case) -> Decision:
    """Show the open form again and ask for what is missing; a complete one waits to be submitted."""
    state = case.memory.form
    assert state is not None  # noqa: S101
    form = FORMS[state.form_id]
    lead = Reply("text", {"text": f"好的，请继续填写{form.title}，填好后提交。"})
    return case.done("form", lead, Reply("form", form_content(case.facts, form, state.values)))


def interrupted(case: Case, state: FormState, reply: Decision) -> Decision:
    """Give the reply to a question in between, then show the form again as it stands."""
    if reply.handover is not None:
        return reply
    case.memory.form = state
    content = form_content(case.facts, FORMS[state.form_id], state.values)
    return case.done("form_interrupted", *reply.replies, Reply("form", content))


def submit(case: Case, form_id: str, values: dict[str, str]) -> Decision:
    """Check a submitted form; show it again with what is wrong, or have its effect."""
    form = FORMS[form_id]
    known = {field.name for field in form.fields}
    kept = {name: value.strip() for name, value in values.items() if name in known and value.strip()}
    case.memory.form = FormState(form_id=form_id, values=kept)
    return _ask(case, all_errors=True)


def _ask(case: Case, *, all_errors: bool = False) -> Decision:
    """Ask for the next missing value, or submit what is complete."""
    state = case.memory.form
    assert state is not None  # noqa: S101
    form = FORMS[state.form_id]
    if form.form_id != "identity" and not case.facts.verified:
        return start(case, form.form_id)
    errors = _errors(case, form, state.values)
    missing = [field for field in form.fields if field.name in errors]
    if missing:
        state.asked = missing[0].name
        shown = errors if all_errors else {n: e for n, e in errors.items() if state.values.get(n)}
        lead = Reply("text", {"text": _prompt(missing[0])})
        return case.done("form", lead, Reply("form", form_content(case.facts, form, state.values, shown)))
    case.memory.form = None
    if form.form_id == "identity":
        check = Verification(state.values["order_no"].upper(), state.values["phone_tail"])
        return case.done("verify", verification=check)
    case.memory.order_no = state.values.get("order_no") or case.memory.order_no
    call = ToolCall(
        form.form_id, state.values.get("order_no"), {k: v for k, v in state.values.items() if k != "order_no"}
    )
    return case.done("effect", effect=call)


def _prompt(field: Field) -> str:
    return ASK.get(field.type, ASK["other"]).format(label=field.label)


def _errors(case: Case, form: Form, values: dict[str, str]) -> dict[str, str]:
    errors: dict[str, str] = {}
    for field in form.fields:
        value = values.get(field.name, "")
        if not value:
            if field.required:
                errors[field.name] = f"请填写{field.label}" if not field.options else f"请选择{field.label}"
        elif field.type == "order" and value not in {
            one.order_no for one in usable_orders(case.facts, form.form_id)
        }:
            order = case.facts.order(value)
            errors[field.name] = (
                why_not(form.form_id, order, case.facts.now) if order else None
            ) or "没有找到这张订单"
        elif field.type == "select" and value not in field.options:
            errors[field.name] = f"请从选项中选择{field.label}"
        elif field.type == "phone" and not PHONE.fullmatch(value):
            errors[field.name] = "手机号应为 11 位数字"
        elif field.name == "phone_tail" and not re.fullmatch(r"\d{4}", value):
            errors[field.name] = "请填写手机号后四位数字"
    return errors


def _read(case: Case, form: Form, field: Field) -> str | None:
    """Return the value that a typed message gives a field; None when it gives none."""
    text = case.understanding.text.strip()
    if field.type == "order":
        orders = usable_orders(case.facts, form.form_id)
        named = case.understanding.entity("order_no") or _first(ORDER_NO, text)
        if named:
            return next(
                (o.order_no for o in orders if o.order_no.endswith(named.upper().removeprefix("YS"))), None
            )
        place = ordinal(text, len(orders))
        return orders[place].order_no if place is not None else None
    if field.type == "select":
        place = ordinal(text, len(field.options))
        if place is not None:
            return field.options[place]
        return next((one for one in field.options if one in text or (len(text) >= 2 and text in one)), None)
    if field.type == "phone":
        return _first(PHONE, text)
    if field.name == "phone_tail":
        return _first(re.compile(r"(?<!\d)\d{4}(?!\d)"), text)
    if field.name == "order_no":
        return _first(ORDER_NO, text)
    if field.name == "address":
        return text if ADDRESS.search(text) else None
    return text if text and pleasantry(text) is None else None


def _field(form: Form, name: str | None) -> Field | None:
    return next((field for field in form.fields if field.name == name), None)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(0) if found else None
