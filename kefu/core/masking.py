"""Taking personal data out of what customers wrote, before it is kept for anything but the conversation itself."""

import re

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
