"""Taking personal data out of what customers wrote, before it is kept for editors."""

import re

_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "［邮箱］"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "［证件号］"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "［手机号］"),
    (re.compile(r"[A-Za-z]{0,4}\d{6,}"), "［编号］"),
    (re.compile(r"(?:我叫|我是|姓名[:：]?)[\u4e00-\u9fff]{2,3}(?=[，,。；\s]|$)"), "［姓名］"),
    (
        re.compile(r"[\u4e00-\u9fff]{2,8}(?:路|街|巷|小区|花园|村)\d+[号弄栋幢][\w\u4e00-\u9fff-]{0,12}"),
        "［地址］",
    ),
)


def mask(text: str) -> str:
    """Return the text with e-mail addresses, identity, phone and order numbers, names and addresses replaced."""
    for pattern, sign in _PATTERNS:
        text = pattern.sub(sign, text)
    return text
