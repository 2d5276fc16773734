"""What counts as a noisy question: written as people in a hurry do, not as an editor would."""

import re

from kb_index.text import changes

SLIPS = frozenset({"traditional", "pinyin", "half pinyin", "typo", "picture", "repetition", "invisible"})
"""Changes of normalising that only noise needs."""
RUN_ON = 20
"""Characters in a row without a sign or a space: dictated, or typed without looking."""
_RUN = re.compile(rf"[\u4e00-\u9fffa-z0-9]{{{RUN_ON},}}", re.IGNORECASE)
_FILLER = re.compile(
    r"那个那个|这个这个|就是就是|就是说|嗯+|呃+|额(?!度|外|满|定|的)|啊这|不是不是|等等等|哎呀|诶|唉"
)
_DIALECT = re.compile(
    "[嘅咩冇唔啲佢哋咗嚟睇俾喺侬噻俺恁]|咋个|啷个|哪个晓得|莫得|么子|弄啥|勿要|阿拉|不中哈|么的"
)
"""Cantonese, Wu, Sichuan and Henan; not the words that everybody uses (咋, 啥, 咱)."""
_LATIN = re.compile(r"[a-z]{2,}", re.IGNORECASE)
_REAL_LATIN = frozenset(
    [
        "app",
        "vip",
        "ems",
        "usb",
        "ai",
        "pdf",
        "excel",
        "iphone",
        "ipad",
        "ios",
        "sku",
        "id",
        "ip",
        "wifi",
        "nfc",
        "pc",
        "kg",
        "ml",
        "cm",
        "mm",
        "xl",
        "xxl",
        "led",
        "tv",
        "plus",
        "pro",
        "max",
        "ok",
        "atm",
        "pos",
        "hr",
        "gps",
    ]
)


def noise(text: str) -> frozenset[str]:
    """Return in which ways a question is noisy; none for one that is written properly."""
    found = {change.kind for change in changes(text)} & SLIPS
    if _RUN.search(text):
        found.add("run-on")
    if _FILLER.search(text):
        found.add("spoken")
    if _DIALECT.search(text):
        found.add("dialect")
    if any(run.lower() not in _REAL_LATIN for run in _LATIN.findall(text)):
        found.add("latin")
    return frozenset(found)
