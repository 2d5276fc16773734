"""Personal data in what customers wrote: taken out before it is kept for analysis, veiled before colleagues see it."""

import re
from collections.abc import Callable

_WIDE = str.maketrans("０１２３４５６７８９＠－", "0123456789@-")
_HAN = r"[\u4e00-\u9fff]"
# The hundred most frequent family names cover some 85 % of people; without one, "我是买家" is no name.
_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|夏侯|[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文])"
)
_REGION = rf"(?:{_HAN}{{2,8}}?(?:省|自治区|自治州|地区|市|区|县|旗|镇|乡|街道))"
_PLACE = rf"(?:{_HAN}{{1,8}}?(?:大道|路|街|巷|弄|胡同|小区|花园|家园|新村|公寓|大厦|广场|苑|村|里|城))"
_DOOR = r"(?:[\dA-Za-z一二三四五六七八九十]{1,6}-?(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|组|门)?)"
_NUMBERED = r"(?:[\dA-Za-z一二三四五六七八九十]{1,6}(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|组|门))"
_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+", re.ASCII), "［邮箱］"),
    (re.compile(r"(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?![\dA-Za-z])"), "［证件号］"),
    (re.compile(r"(?<![\dA-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"), "［银行卡号］"),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), "［手机号］"),
    (re.compile(r"(?<![零〇幺一二两三四五六七八九])[一幺][三四五六七八九][零〇幺一二两三四五六七八九]{9}"), "［手机号］"),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"), "［电话］"),
    (re.compile(r"(?i)(?<=微信|ＱＱ|qq|vx|wx)(?:号码?)?(?:是|[:：])?\s*[a-z0-9_-]{5,20}"), "［账号］"),
    (re.compile(r"[A-Za-z]{0,4}\d{6,}"), "［编号］"),
    (re.compile(rf"{_REGION}{{2,}}(?:{_PLACE}{{1,3}}{_DOOR}{{0,4}})?|{_PLACE}{_NUMBERED}{_DOOR}{{0,3}}"), "［地址］"),
    (re.compile(rf"{_SURNAME}(?={_HAN}?(?:先生|女士|小姐))"), "［姓］"),
    (
        re.compile(
            rf"(?:(?<=我叫)|(?<=我是)|(?<=姓名)|(?<=件人)|(?<=货人)|(?<=系人)|(?<=户名))(?:[:：是叫]?\s*)"
            rf"{_SURNAME}{_HAN}{{1,2}}?(?=先生|女士|小姐|[，,。；;！!、\s\d（(［]|住|电话|手机|$)"
        ),
        "［姓名］",
    ),
)  # fmt: skip


def mask(text: str) -> str:
    """Return the text with e-mail addresses, identity, card, phone and order numbers, names and addresses replaced."""
    text = text.translate(_WIDE)
    for pattern, sign in _PATTERNS:
        text = pattern.sub(sign, text)
    return text


def _ends(first: int, last: int) -> Callable[[re.Match[str]], str]:
    """Return what keeps the ends of a number and hides the rest."""

    def hidden(found: re.Match[str]) -> str:
        number = found.group()
        return f"{number[:first]}{'*' * 4}{number[-last:]}"

    return hidden


_SPOKEN = "零〇幺一二两三四五六七八九"
_VEILS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+", re.ASCII), lambda found: f"{found.group()[0]}****@{found.group().partition('@')[2]}"),
    (re.compile(r"(?<![\dA-Za-z])\d{6}[ -]?(?:19|20)\d{6}[ -]?\d{3}[\dXx](?![\dA-Za-z])"), _ends(3, 4)),
    (re.compile(r"(?<![\dA-Za-z])[3-6]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"), _ends(4, 4)),
    (re.compile(r"(?<![\dA-Za-z])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), _ends(3, 4)),
    (re.compile(rf"(?<![{_SPOKEN}])[一幺][三四五六七八九][{_SPOKEN}]{{9}}"), _ends(3, 4)),
    (re.compile(r"(?<![\dA-Za-z])0\d{2,3}[ -]?\d{7,8}(?!\d)"), _ends(4, 2)),
    (re.compile(rf"({_REGION}{{2,}}){_PLACE}{{1,3}}{_DOOR}{{0,4}}"), lambda found: f"{found[1]}****"),
    (re.compile(rf"{_PLACE}{_NUMBERED}{_DOOR}{{0,3}}"), lambda found: f"{found.group()[0]}****"),
)  # fmt: skip


def veil(text: str) -> str:
    """Return the text with phone, identity and card numbers, e-mail and street addresses hidden but for their ends.

    Unlike :func:`mask` it leaves what an agent works with: order and parcel numbers, names, the region of an address.
    """
    plain = text.translate(_WIDE)
    veiled = plain
    for pattern, hide in _VEILS:
        veiled = pattern.sub(hide, veiled)
    return text if veiled == plain else veiled
