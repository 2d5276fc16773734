"""Finding what an agent promises in a reply: "24 小时内回复您", "明天上午给您回电", "3 个工作日内退款到账我们会通知您".

A promise is a sentence with a time, a deed, and somebody of ours who does it; what usually happens, what the customer
should do, and what is only asked is none. Vague times (尽快, 稍后) bind nobody and are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kefu.routing.hours import Schedule

LONGEST = 200  # characters
FARTHEST = timedelta(days=60)

_SENTENCE = re.compile(r"[^。！!；;\n]+[。！!；;？?]?")
_DEED = re.compile(
    r"回复|答复|回电|致电|电话|打给|联系|通知|告知|告诉您|反馈|处理|解决|退款|退回|退还|到账|发货|寄出|寄回|补发|补寄|"
    r"发给|发出|核实|跟进|给您|给你|安排|上门|开好|开具"
)
_OURS = re.compile(
    r"我|咱|这边|客服|专员|同事|技术|财务|仓库|主管|经理|师傅|工作人员|帮[您你]|为[您你]|给[您你]|联系[您你]|回复[您你]|"
    r"答复[您你]|通知[您你]|告知[您你]|告诉[您你]|反馈[您你]|保证|一定|承诺"
)
_ONLY_IF = re.compile(r"如果|若是|要是|[？?]$|吗$")
_NOT = re.compile(
    r"一般|通常|正常情况|平均|预计|大约|请[您你]|麻烦[您你]|[您你](?:可以|需要|要在|得在)|建议|不能|无法|没法|不一定|昨天|前天"
)

_NUMBER = r"(\d{1,3}|[一二两三四五六七八九十]{1,3}|半)"
_WITHIN = re.compile(
    _NUMBER + r"\s*(?:个)?\s*(分钟|小时|钟头|工作日|天|日|h|H)(?:半)?\s*(?:之内|以内|内|后|之后|以后)"
)
_QUARTER = re.compile(r"一刻钟(?:之内|内|后)")
_HALF_DAY = re.compile(r"半天(?:之内|内)")
_DAY = re.compile(
    r"(?P<day>今天|今日|今晚|明天|明日|明早|明晚|后天|大后天|本?周[一二三四五六日天]|下周[一二三四五六日天]|星期[一二三四五六日天]|"
    r"(?P<month>\d{1,2})月(?P<dom>\d{1,2})[日号]|(?P<only>\d{1,2})号)"
    r"(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|下班)?"
    r"(?:(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,2})(?:点|时|[:：])(?P<minute>半|\d{1,2})?)?"
)
_OFF_WORK = re.compile(r"下班(?:之前|以前|前)")

_DIGITS = {one: number for number, one in enumerate("零一二三四五六七八九十")} | {"两": 2}
_PARTS = {
    "凌晨": time(6),
    "早上": time(10),
    "上午": time(12),
    "中午": time(14),
    "下午": time(18),
    "傍晚": time(19),
    "晚上": time(22),
}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_NEAR = {"今": 0, "明": 1, "后": 2, "大": 3}
_AFTERNOON = {"下午", "傍晚", "晚上"}
NOON = 12


@dataclass(frozen=True)
class Promised:
    """A sentence that promises something, and by when."""

    text: str
    due_at: datetime


def find(text: str, said_at: datetime, schedule: Schedule) -> list[Promised]:
    """Return what a reply promises; a sentence promises once, by the latest time that it names."""
    found = []
    for sentence in _SENTENCE.findall(text):
        if _ONLY_IF.search(sentence.strip()) or not _OURS.search(sentence):
            continue
        times = [one for one in _promised(sentence, said_at, schedule) if said_at < one <= said_at + FARTHEST]
        if times:
            found.append(Promised(sentence.strip()[:LONGEST], max(times).astimezone(UTC)))
    return found


def _promised(sentence: str, said_at: datetime, schedule: Schedule) -> Iterator[datetime]:
    """Yield the times that a deed is promised for: it stands in the same part of the sentence or beside it."""
    parts = re.split(r"[，,]", sentence)
    for place, part in enumerate(parts):
        times = _times(part, said_at, schedule)
        beside = (part, *parts[place + 1 : place + 2], *parts[max(0, place - 1) : place])
        deed = next((one for one in beside if _DEED.search(one)), None)
        if times and deed is not None and not _NOT.search(part) and not _NOT.search(deed):
            yield from times


def _times(sentence: str, said_at: datetime, schedule: Schedule) -> list[datetime]:
    times = [_within(match, said_at, schedule) for match in _WITHIN.finditer(sentence)]
    if _QUARTER.search(sentence):
        times.append(said_at + timedelta(minutes=15))
    if _HALF_DAY.search(sentence):
        times.append(said_at + timedelta(hours=12))
    named = [_on_day(match, said_at, schedule) for match in _DAY.finditer(sentence)]
    times += [one for one in named if one is not None]
    if _OFF_WORK.search(sentence) and not named:
        times.append(_end_of(schedule.day_of(said_at), schedule))
    return times


def _within(match: re.Match[str], said_at: datetime, schedule: Schedule) -> datetime:
    number, unit = _number(match[1]), match[2]
    if unit == "工作日":
        return _end_of(_working_days_on(schedule.day_of(said_at), max(1, round(number)), schedule), schedule)
    hours = {"分钟": 1 / 60, "天": 24.0, "日": 24.0}.get(unit, 1.0)
    return said_at + timedelta(hours=number * hours)


def _number(text: str) -> float:
    if text == "半":
        return 0.5
    if text.isdigit():
        return float(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return float(_DIGITS[text[0]])
    return float((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def _working_days_on(day: date, count: int, schedule: Schedule) -> date:
    for _ in range(count * 20):
        if count == 0:
            break
        day += timedelta(days=1)
        count -= schedule.working_day(day)
    return day


def _on_day(match: re.Match[str], said_at: datetime, schedule: Schedule) -> datetime | None:
    day = _day(match, schedule.day_of(said_at))
    if day is None:
        return None
    named = match["day"]
    part = match["part"] or ("早上" if named == "明早" else "晚上" if named.endswith("晚") else None)
    zone = schedule.settings.zone
    if match["hour"]:
        hour = int(_number(match["hour"]))
        if hour < NOON and part in _AFTERNOON:
            hour += NOON
        minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
        if hour > 23 or minute > 59:
            return None
        return datetime.combine(day, time(hour, minute), zone)
    if part in _PARTS:
        return datetime.combine(day, _PARTS[part], zone)
    return _end_of(day, schedule)


def _day(match: re.Match[str], today: date) -> date | None:
    named = match["day"]
    if match["month"] or match["only"]:
        return _calendar_day(today, int(match["month"] or today.month), int(match["dom"] or match["only"]))
    if named[0] in _NEAR:
        return today + timedelta(days=_NEAR[named[0]])
    weekday = _WEEKDAYS[named[-1]]
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday + (7 if named.startswith("下") else 0))
    return day if day >= today else day + timedelta(days=7)


def _calendar_day(today: date, month: int, day: int) -> date | None:
    try:
        found = date(today.year, month, day)
    except ValueError:
        return None
    return found if found >= today else found.replace(year=today.year + 1)


def _end_of(day: date, schedule: Schedule) -> datetime:
    """Return when people stop working on a day; its last minute when nobody works then."""
    shift = schedule.shift(day)
    if shift is not None and shift[1] - shift[0] < timedelta(days=1):
        return shift[1]
    return datetime.combine(day, time(23, 59), schedule.settings.zone)
