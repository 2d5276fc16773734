"""Words that decide alone: a person is asked for, somebody is in danger, money is lost, or patience is.

The rules are few and precise; what they miss, the intent classifier finds. They also serve while it is away.
"""

import re
from enum import StrEnum

from kb_index.text import letters, normalise


class Signal(StrEnum):
    """What a rule found; the names are also the reasons of a handover."""

    ASKED = "asked_for_human"
    DANGER = "danger"
    MONEY_LOST = "money_lost"
    THREAT = "threat"
    ANGER = "anger"
    LEAVE_QUEUE = "leave_queue"
    NONE_OF_THESE = "none_of_these"
    MORE = "more_options"
    GIVE_UP_FORM = "give_up_form"


PRIORITY = {Signal.DANGER: 30, Signal.MONEY_LOST: 25, Signal.THREAT: 20, Signal.ANGER: 10}

_PERSON = r"(?:人工(?!智能|费|成本|湖|草)|真人(?!穿|试|上身|秀|图|实拍)|活人|客服人员|人工客服|坐席|客服小姐姐|客服主管|你们(?:主管|经理|领导))"
_QUESTION = re.compile(
    r"怎么(?!又|还|不|都|老|总)|如何|几点|按几|多久|多少|什么时候|什么意思|在哪|哪里|收费|上班|下班|电话是|(?:处理|解决|办|弄|搞)好了"
)
_ASK = [
    re.compile(
        rf"^(?:我?要|请|快|赶紧|马上|能不能|可以|帮我|给我|麻烦|直接)*(?:转|找|叫|换|接|喊|来|要|联系|呼叫|召唤|安排|派)?(?:个|一个|一下|下|到|给|成)?{_PERSON}(?:客服|服务|坐席|处理|来|吧|呢|啊|呀|在吗|在不在|有吗|谢谢|解决|接|[!！。.~,，])*$"
    ),
    re.compile(rf"(?:转|找|叫|换|接通?|喊|安排|派|呼叫)(?:个|一个|一下|下|到|给我|成)*{_PERSON}"),
    re.compile(rf"(?:我要|想要?|只要|快给我|给我)(?:和|跟|同)?{_PERSON}"),
    re.compile(
        r"(?:给我|帮我|快|麻烦|直接|请|想|要|你)(?:转|接|找|叫|换)(?:接)?(?:个|一个|一下|下|到|给)*(?:在线)?客服(?!电话|热线|号)"
    ),
    re.compile(
        r"(?:(?:跟|和)(?=.{2,8}(?:说|谈|聊|讲|对话|沟通|反映))|转|找|叫|换|喊|安排|派|请|让|需要|要)(?:个|一个|一位|位|你们|你们的|他们?的?|她们?的?|一下|下)*"
        r"(?:人类|店长|经理|主管|领导|上级|负责人|专人|专员|客服同事|工作人员)(?!.{0,6}(?:上门|取|装|送|修|量|收货|签|身份|推荐|账|卡|价))"
    ),
    re.compile(
        r"(?:不要|不想|别|拒绝|懒得)(?:再)?(?:和|跟|同|拿|用|让)?(?:个|这个|你这)?(?:机器人?|ai|智能客服|机器)(?:聊|说|回|敷衍|糊弄|应付|打发|了|讲)?"
    ),
    re.compile(
        r"(?:找|叫|换|派|喊|安排)(?:一?个|位)(?:活的?|真的?)?人(?:来|跟我|和我|给我|处理|说|谈|管|接|解决)(?!.{0,4}(?:看|修|装|取|送|拿|收|量|验|搬|开))|(?:叫|喊|派|找)人来[吧啊呀]?[!！。]*$"
    ),
    re.compile(r"(?:换|叫|找|来|让|有没有|派)个?(?:能管事|会说人话|管事|懂|能做主)的?人?"),
    re.compile(
        r"(?:要求|申请|需要|我要|请|必须)(?:你们|平台)?(?:给我|进行|走)?人工(?:来)?(?:复核|审核|介入|核实|判断|复查|处理)"
    ),
    re.compile(r"^(?:转|人工|zrg|rg|转人工|rengong|zhuanrengong)[!！。]*$"),
]
_DANGER = re.compile(
    r"知道我(?:家|住).{0,10}(?:找我|堵我|弄我|打我|砍我)|(?:不想活|想死(?!你|我|了?这|那|他)|活着(?:太|好|真|没啥|也?没什么|没有?)*(?:意思|劲|累)|活不下去|遗书|一了百了|不如死了|(?<![累笑饿热冷困急气烦渴忙])死了算了|想不开|自杀|轻生|安眠药|跳(?:楼(?!价|大|甩|机)|下去|河|江)|(?:站|坐)在(?:天台|楼顶|顶楼)|割腕|喝农药|死给你)|(?<!会)(?<!会不会)(?:爆炸了|(?<!气)炸了|起火|(?<!灭)(?<!毯)(?<!器)着火|冒烟|冒火|自燃|(?<!防)触电|(?:外壳|机身|龙头|壳子|门把手?|金属)(?:上)?带电|(?:煤气|燃气|天然气|瓦斯|液化气).{0,3}(?:味|泄漏|泄露|漏)|漏气味|(?<!防)漏电(?!保护)|电到|食物中毒|中毒了|送医院?|(?:[吃喝用摔砸]|过敏|肚子).{0,15}(?<![要会])(?:进|去|住)(?:了|进)?医?院|烧伤(?!膏|药)|烫伤(?!膏|药)|割伤|划伤|受伤|流血|呕吐|上吐下泻|休克|窒息|急诊)"
)
_FIGURATIVE = re.compile(
    r"(?:头|脑袋|脑子|脑壳|肺)(?:皮|都|要|快|得|给|气|疼|算|看)*(?:爆?炸了?|冒烟|冒火)|(?:嗓子|累得)(?:都|要|快)*冒烟|着火了?这?价|(?:价格?|销量|人气)(?:都|要|快)*(?:着火|爆炸|炸了)"
    r"|(?:热|晒|烤)得(?:人|我)?(?:都|要|快)*(?:自燃|着火|冒烟)|(?:着了?火|自燃)(?:了)?(?:似|一样|一般)"
    r"|《[^》]*》|(?:中毒了[,，!！]*)+(?=.{0,4}(?:天天|每天|上瘾|上头|停不下|又买|刷))|我要?(?:爆炸|炸)了(?=[,，!！]?哈)"
    r"|中毒急救|急救(?:包|箱|药)|气死我[了啦]?哈哈"
    r"|(?:美|帅|香|好吃|可爱|辣|甜|酷|颜值|辣条)(?:得|到)?我?(?:嘴巴?|舌头|喉咙)?(?:都|要|快)*(?:爆?炸了?|起火|着火|冒烟|冒火)"
)
"""Danger and anger in a manner of speaking."""
_MONEY = re.compile(
    r"(?:钱|余额|银行卡|存款|账户|账号|卡里|微信|支付宝).{0,10}(?:被(?:人|别人|骗子|他|你们)?(?:转走|盗刷|盗走|偷走|刷走|刷了|骗走|划走|提走|扣光|转光|骗了|花光)|不翼而飞|没影了)"
    r"|(?:万|上千|几千)[^,，。]{0,14}[,，。]?[^,，。]{0,8}(?:空盒|空箱|空包裹|砖头|石头)|(?:付|转|打|汇|给)了.{0,3}\d{3,}.{0,8}(?:拉黑|跑路|失联|消失)|(?:被|遭)(?:人)?(?:骗了|诈骗|盗刷了).{0,12}(?:\d|钱|元|块|万|千)|(?:客服|骗子).{0,10}(?:让我|叫我|骗我).{0,8}(?:转账|转钱|打款)"
)
_THREAT = re.compile(
    r"(?:我(?:要|就|会|马上|已经|去|现在就)|信不信|不.{0,8}就|等着|再不|否则|必须|准备).{0,12}(?:12315|12345|消协|工商|市监|曝光|起诉|法院|律师|报警|媒体|电视台|315晚会|微博|抖音上)"
    r"|(?:打|拨打?|向|去)(?:12315|12345|消协|工商局?).{0,3}(?:举报|投诉|告)|(?:12315|315|法院|法庭|消协|工商局?|热搜|媒体)见|收(?:法院)?(?:传票|律师函)"
)
_ANGER = re.compile(
    r"^骗子|(?:你们?|平台|商家|店家?|客服|都是|一群|大)(?:就|真|全|都)*(?:是|这)?(?:一?(?:个|帮|群|伙))?(?:大)?骗子(?!短信|电话|吧)|骗子(?:公司|平台|商城|商家|店)|(?:^|你们|什么|真|太|就是|一群|狗屁|死)垃圾(?!短信|桶|袋|分类|d)|(?:垃圾|狗屁|烂|破)(?:平台|客服|商城|公司|店|玩意|东西|软件)|王八蛋|他妈(?:的|了|妈)|(?:我|你们?|真|这|都|还)他妈(?!妈|妈的?生|给|在|说|想|买)|(?:丢|屌|叼)你(?:老母|妈|个)|[扑仆]街(?!跑|头)|受够了|忍你们?很久|当我(?:是|们是)?(?:傻|猴)|[把拿](?:我|咱)们?当(?:傻|猴)|^滚(?!筒|轮|动|烫|边)|^(?:真|太)?恶心[!！,，。]|你们?(?:真|太)恶心|你们?(?:是不是|他妈|真)有病|尼玛|(?<![老我爸咱俺后干姑舅姨孩他你她婆丈])妈的|你妈的?[逼比]|草泥马|去死|滚(?:蛋|吧|开|远)|傻[逼x叉bB]|[煞沙]笔|脑残|智障|弱智|废物|(?<![a-z])(?:w?cnm|nmsl|n?mlgb|tmd|nmd)(?![a-z])|气死我|^操(?!作|心|场|控|盘|练|办)|(?<!孩子)(?<!娃)(?:我|人)(?:真的?|都|快|就|要)*(?:被.{0,4})?(?:气|逼|搞)?疯了|欺人太甚|(?:这么|太|净|专门?)欺负人|给我?一?个说法(?!怎么|如何)|忍无可忍|不要脸|缺德|黑心|坑人|坑爹|坑货|听不懂人话|你(?:们)?到底(?:知不知道|懂不懂|会不会|听没听|有没有在听|能不能听懂)"
)
_SUPPOSED = re.compile(
    r"防|避免|怎样才|怕|担心|会被|会不会|是真的|没上当|没给|没信|万一|如果|要是|听人说|平时"
)
_LEAVE = re.compile(
    r"(?:不等了|不排了|不用(?:转)?人工|取消排队|退出排队|不转了|不找人工|算了不等|别转了|不用等|先不(?:转|等|排))"
)
_NONE = re.compile(
    r"^(?:以上|这些|这几个|上面)?(?:都不是|全不是|都不对|没有我要的|没有我想问的|不是这些|没一个对|都不是我想问的|不是这个意思|都不符合)[的了啊呢吧。.!！]*$"
)
_MORE = re.compile(
    r"^(?:换一批|换一换|换一组|换一页|下一批|下一页|还有(?:别的|其他|其它)?(?:的|选项)?(?:吗|么)?)[的了啊呢吧。.!！?？]*$"
)
_GIVE_UP = re.compile(
    r"^(?:(?:那|那就|还是|我|自己|嗯|哦|唉|额|呃|行吧|好吧|不好意思|突然)[,，。 ]*)*"
    r"(?:算了|(?:我|先|就|暂时|还是)*不(?:想|打算)?(?:办|申请|退货?|退款|换货?|填|弄|改|取消|提交|开|催|投诉|查|搞|注销|买|订|修|约)了?|取消(?:吧|申请|填写|操作)?"
    r"|留着(?:用|穿|吃)?吧|退出|不用了|先不(?:办|申请|弄|填)了?|懒得(?:再)?(?:办|申请|弄|填|搞|折腾|退|换|投诉)了?|不需要了|没事了|(?:先|那|就)*别(?:办|申请|退|换|填|弄|改|取消|提交|交|开|催|投诉|下单)了?)"
    r"(?:[,，。.!！ ~]|吧|啊|呢|了|哈|麻烦(?:你|您)?(?:了|啦)?|谢谢|不好意思|算了|就这样|(?:就|自己)*留着(?:用|穿|吃)?|(?:我)?(?:先|再)(?:想想|说|看看|考虑|(?:跟|和|找|去)?.{0,4}(?:谈谈?|商量|聊聊?|问问?|沟通|看看))(?:一?下|吧)?|懒得(?:再)?(?:办|申请|弄|填|搞|折腾|退|换|投诉)了?|(?:我|先|就|还是)*不(?:退|换|改|取消|办|弄|开|催|投诉|填|查|搞|注销|买|订|修|约)(?:货|款)?了?)*$"
)


def find(text: str) -> Signal | None:
    """Return what the words alone decide, the gravest first; None when they decide nothing."""
    plain = _FIGURATIVE.sub("", normalise(text).replace(" ", ""))
    if _DANGER.search(plain):
        return Signal.DANGER
    if _MONEY.search(plain) and not _SUPPOSED.search(plain):
        return Signal.MONEY_LOST
    if _THREAT.search(plain):
        return Signal.THREAT
    if _LEAVE.search(plain):
        return Signal.LEAVE_QUEUE
    if _NONE.match(plain):
        return Signal.NONE_OF_THESE
    if _MORE.match(plain):
        return Signal.MORE
    if not _QUESTION.search(plain) and any(rule.search(plain) for rule in _ASK):
        return Signal.ASKED
    if _ANGER.search(plain):
        return Signal.ANGER
    return None


def left_with(text: str) -> bool:
    """Whether who leaves the queue wants something of the bot in the same breath ("不等了，给我取消这单")."""
    rest = _LEAVE.sub("", normalise(text).replace(" ", ""))
    return wants_done(rest) or is_asking(rest)


def gives_up(text: str) -> bool:
    """Whether the customer wants out of the form that is open."""
    return _GIVE_UP.match(normalise(text).replace(" ", "")) is not None


_PLEASANTRIES = {
    "greet": re.compile(r"(?:亲|喂|嗨|哈喽|hello|hi|你好|您好|早上好|下午好|晚上好|早|在(?:吗|不在|不|么|嘛)?|有人(?:吗|在吗|没|在没|在不|不|伐)|客服|老板|呀|啊|哈)+"),
    "thanks": re.compile(r"(?:好的?|嗯|收到|行|非常|太|真是)*(?:谢谢|多谢|感谢|谢了|辛苦|麻烦|thanks?|thx)(?:你|您|了|啦|啊|亲|哈|小伙子|客服|谢谢|的|帮助|哈)*"),
    "goodbye": re.compile(r"(?:好的?|嗯|行|那|先|谢谢|知道了|就)*(?:再见|拜拜|拜|88|下次聊|先这样|这样吧)(?:了|啦|吧|哈)*"),
    "solved": re.compile(r"(?:嗯|哦|噢|喔|好|好的|好嘞|好滴|行|成|中|可以|ok|okay|收到|知道|明白|懂|了解|清楚|没问题|没事|没别的|解决|搞定|弄好|退好|办好|了|啦|吧|哈|的|这样)+(?:(?:谢谢|多谢|谢)(?:你|您|们|了|啦|哈|亲)*)?"),
}  # fmt: skip


def pleasantry(text: str) -> str | None:
    """Return which small talk a message is that is nothing else."""
    plain = re.sub(r"[^\w]+", "", normalise(text))
    return (
        next((name for name, rule in _PLEASANTRIES.items() if rule.fullmatch(plain)), None) if plain else None
    )


_CORRECTION = re.compile(
    r"^(?:不是|不对|错了|没有|不|哎|诶|搞错了?|弄错了?|理解错了?)[\s,，。.!！]*(?:(?:啊|呀|的|了|吧|不是|这个|那个)[\s,，。.!！]*)*"
    r"(?:我(?:是|想|要|就是)*(?:问|说|讲|指|咨询|了解)(?:的(?:是)?|下|一下)?|是(?:问|说))[\s,，:：]*"
)


_NOT_THAT = re.compile(r"[\s,，。]+(?:而?不是|没)(?:在|要|想)?(?:问|说|指|咨询)[^,，。?？]{1,10}[。.!！]*$")


_NOT_WANTED = re.compile(
    r"^我?(?:不(?:想|要|是要?|愿意?)|懒得)再?(?:维?修|换货?|退货?|补发?)理?了?[\s,，。]+(?=直接|就|我?(?:要|想)|给我|帮我|还是|改)"
)


def without_correction(text: str) -> str:
    """Return what a message asks when it puts the bot right; else the message.

    "不是，我是问发票" gives "发票", "我是要修，不是问多久" gives "我是要修", "不想修，直接退" gives "直接退".
    """
    rest = _CORRECTION.sub("", _NOT_WANTED.sub("", text.strip(), count=1), count=1)
    rest = _NOT_THAT.sub("", rest).strip()
    return rest if rest else text


_LEAD_IN = re.compile(
    r"^(?:(?:亲+|喂|嗨|哈喽|hello|hi|[您你]好(?:呀|啊)?|早上好|下午好|晚上好|在(?:吗|不在|不|么|嘛)|有人(?:在)?吗|客服)+[\s,，。.!！?？~～]+"
    r"|(?:(?:[哈呵嘿]{2,}|[哦噢喔嗯恩]+|好(?:的|吧|嘞|了|滴)?|行(?:吧|了)?|ok|可以|原来(?:如此|这样)|这样(?:啊|子)?|知道|明白|了解|清楚|懂|收到|看[到懂]"
    r"|谢谢|多谢|谢)(?:了|啦|啊|呀|吧|哈|你|您)*)+[\s,，。.!！~～]+"
    r"|(?:(?:还有|最后|再|另外)?(?:一|1)?个?问题|(?:那|我)?(?:还想|再|顺便|顺带|多嘴|最后|请)?(?:再)?(?:问|咨询|打听)(?:一?[下句个]|您|你)*(?:个?事儿?|问题)?|对了|另外|顺便)[啊呀哈]?[\s,，。.!！:：~～]+)+",
    re.IGNORECASE,
)


def asked_in(text: str) -> str:
    """Return what a message asks, without greeting, thanks and the like before it, and what puts the bot right."""
    rest = without_correction(_LEAD_IN.sub("", text.strip(), count=1))
    return rest if len(rest) > 1 else text


def corrects(text: str) -> bool:
    """Whether a message puts right what the bot understood before ("不是，我是问发票")."""
    plain = _LEAD_IN.sub("", text.strip(), count=1)
    return without_correction(plain) != plain


_EXPLICIT = re.compile(
    r"^(?:查|看)(?:一?下|看|查)?(?:我的|我那)|(?<![就又才被都全])帮(?:催|查|看|取消|退)一?下|(?<![就又才被都全])(?:帮|给|替|代)(?:我|俺|忙|咱).{0,8}(?:查|提交|申请|办|登记|开|催|改|取消|退|换|看|填)(?!了(?!吧))"
)
_ASKING = re.compile(
    r"怎么|如何|能不能|可不可以|可以.*[吗么吧]|能.*[吗么吧]|吗[?？]?$|么[?？]?$|多久|多少|几[天号点时个]|多长|为什么|咋|哪|谁|[?？]$"
)


def is_explicit(text: str) -> bool:
    """Whether the bot is told to do something ("帮我提交退货申请"), rather than asked how it is done."""
    plain = normalise(text).replace(" ", "")
    return _EXPLICIT.search(plain) is not None and _HOW.search(plain) is None


_HOW = re.compile(r"怎么(?!还|都|又|老|总|不|没)|如何|能不能|可不可以|可以.*[吗么]|能.*[吗么]|为什么|咋")


def asks_how(text: str) -> bool:
    """Whether a message asks how something is done."""
    return _HOW.search(normalise(text).replace(" ", "")) is not None


def is_asking(text: str) -> bool:
    """Whether a message asks something rather than states it."""
    return _ASKING.search(normalise(text).replace(" ", "")) is not None


_WANTS = re.compile(
    r"(?:我(?:就|现在|还是)?(?:要|想)|想要?|给我|帮我|麻烦).{0,10}(?:申请|办理?|退|换|取消|开票?|开张|改|催|投诉|登记)"
)


def wants_done(text: str) -> bool:
    """Whether somebody wants something done ("这单还没发，我要申请退款"), asking nothing about it."""
    plain = normalise(text).replace(" ", "")
    return _WANTS.search(plain) is not None and _ASKING.search(plain) is None


_OTHERS = (
    r"(?:淘宝|天猫|京东(?!物流|快递)|拼多多|pdd|抖音|快手|小红书|唯品会|苏宁|国美|美团|饿了么|闲鱼|得物|1688|阿里巴巴|亚马逊|当当"
    r"|盒马|山姆|沃尔玛|永辉|叮咚买菜|多多买菜|朴朴|大润发|屈臣氏|微店|有赞|网易严选|小米商城|华为商城|苹果官网|滴滴|携程|飞猪|去哪儿"
    r"|12306|移动|联通|电信|爱奇艺|腾讯视频|优酷|网易云|星巴克|瑞幸|肯德基|麦当劳)"
)
_ELSEWHERE = re.compile(
    rf"(?:在|从|用|去|到)?{_OTHERS}(?:商城|平台|超市|外卖|app|直播间?|旗舰店|官方|网|优选)?(?:上面?|里面?|那边?|那里)?(?:的)?"
    r"(?:买|下单|下的|订|拍|购|抢|领|充|(?:我|给我)?(?:的)?(?:订单|优惠券|券|红包|会员|积分|退款|退货|换货|快递|客服|卡|账号|密码|零钱|运费险?|发票|店铺?|小店|商家|骑手|司机|收货地址|优惠|售后)|[a-z0-9]{0,8}(?:怎么|如何|咋|能不能|可不可以)?(?:取消|退|换|注销|申请|改|开票|开发票|联系|投诉))"
)
_OURS = re.compile(
    r"你们|您们|你家|你这|你店|贵店|贵司|咱们|咱家|云杉|本店|这里|这边|比.{0,6}(?:贵|便宜|好|慢|快)|付|绑"
)


_TO_BE_SERVED_HERE = re.compile(
    rf"{_OTHERS}(?:上面?|里面?|那边?|那里)?(?:买|下单|拍|订|抢)(?:的|了).*(?:找|让|请)你们|{_OTHERS}(?:上面?|里面?|那边?|那里)?(?:买|下单|拍|订|抢)(?:的|了).*你们(?:能|可以|给|帮|这|不|让)*(?:换|退|修|管|开票)"
)


def elsewhere(text: str) -> bool:
    """Whether a message says that it is about another shop or firm ("拼多多买的怎么退"), and not about us as well.

    That we are asked to serve what was bought there ("抖音上买的能找你们换不") does not make it ours.
    """
    plain = normalise(text).replace(" ", "")
    if _TO_BE_SERVED_HERE.search(plain) is not None:
        return True
    return _ELSEWHERE.search(plain) is not None and _OURS.search(plain) is None


_LEAVES_OPEN = re.compile(
    r"(?:这些|那些|啥的|什么的|之类的?|[那这](?:单|个|件|事儿?|笔|边|块|种|方面|样|套|家|头)|里头|里面|方面|的事儿?|相关|[这那]几?[个件]?)$"
    r"|^我?(?:想|要)?(?:问|咨询|了解)(?:一?下|问)?(?:那个|这个|关于)|^(?:我?买的)?[那这]个"
)


def leaves_open(text: str) -> bool:
    """Whether a message names something and leaves open what about it ("说明书啥的", "秒杀那单")."""
    return not is_asking(text) and _LEAVES_OPEN.search(letters(text)) is not None


_POINTS = re.compile(r"(?:那个|那条|那项|那一个|那一条|这个|这条)[的吧啊呢呀]*[。.!！?？]*$")


def points(text: str) -> bool:
    """Whether a message points at something shown ("付款的那个")."""
    return _POINTS.search(normalise(text).replace(" ", "")) is not None


_ORDINAL = re.compile(
    r"^(?:我?选|要|就|是|点)?(?:第)?([一二三四五六七八九1-9])(?:个|条|项|号|款|种)?(?:吧|啊|呢|的|那个|这个|就行|好了)*[。.!！]*$"
)
_POSITIONS = {
    "最后一个": -1,
    "最后那个": -1,
    "最后一条": -1,
    "第一个吧": 0,
    "上面那个": 0,
    "首个": 0,
    "最上面": 0,
    "最下面": -1,
}
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九")}


def ordinal(text: str, count: int) -> int | None:
    """Return which of ``count`` options is meant by number ("第二个", "2", "最后一个"), counting from 0."""
    plain = normalise(text).replace(" ", "")
    for words, position in _POSITIONS.items():
        if words in plain and len(plain) <= len(words) + 4:
            return count + position if position < 0 else position
    found = _ORDINAL.match(plain)
    if found is None:
        return None
    digit = found.group(1)
    position = int(digit) - 1 if digit.isdigit() else _DIGITS[digit]
    return position if position < count else None


_RESUMES = re.compile(
    r"(?:好的?|行|嗯|可以|ok|那|就|我们?|咱们?|来)*"
    r"(?:(?:继续|接着|往下|回到|还是)(?:填|办|申请|弄|走|刚才|之前|那个|开|改|退|换|取消|投诉|催).{0,6}|(?:继续|接着来?|往下)(?:吧|呗|啊|哈|了)?)"
)


def resumes(text: str) -> bool:
    """Whether a message does no more than go on with the form that is open ("好，继续开票")."""
    return _RESUMES.fullmatch(re.sub(r"[^\w]+", "", normalise(text))) is not None
