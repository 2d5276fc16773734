"""What intents, entities and actions are called in Chinese; a name that is not here stands for itself."""

INTENTS = {
    "ask_knowledge": "知识问题", "vague_topic": "只有话题词", "check_order": "查订单", "track_parcel": "查物流",
    "urge_order": "催发货", "cancel_order": "取消订单", "change_address": "改地址", "apply_return": "申请退货",
    "apply_refund": "申请退款", "apply_exchange": "申请换货", "check_refund": "查退款", "apply_invoice": "开发票",
    "file_complaint": "投诉", "verify_identity": "验证身份", "ask_human": "要人工", "danger": "人身危险",
    "money_lost": "钱财或信息受损", "threat": "扬言升级", "abuse": "辱骂", "affirm": "肯定", "deny": "否定",
    "choose_option": "选一项", "none_of_these": "都不是", "leave_queue": "不排队了", "follow_up": "追问", "solved": "解决了",
    "not_solved": "没解决", "greet": "问候", "thanks": "感谢", "goodbye": "告别", "bot_identity": "问身份",
    "chitchat": "闲聊", "out_of_scope": "范围之外", "nlu_fallback": "听不懂",
}  # fmt: skip
ENTITIES = {
    "order_no": "订单号", "tracking_no": "快递单号", "phone": "手机号", "amount": "金额", "date": "日期",
    "courier": "快递公司", "ordinal": "序号", "topic": "话题词",
}  # fmt: skip
ACTIONS = {
    "action_answer_knowledge": "用知识回答", "action_follow_up": "接着上一条答", "action_clarify_topic": "列出几种意思",
    "action_show_order": "显示订单", "action_show_logistics": "显示物流", "action_show_refund": "显示退款进度",
    "action_choose_option": "按选择回答", "action_none_of_these": "换一批或转人工", "action_not_solved": "没解决：补救",
    "action_solved": "解决：收尾", "action_handoff": "转人工", "action_abuse": "安抚辱骂", "action_smalltalk": "寒暄",
    "action_decline": "说明不在范围", "action_leave_queue": "离开排队", "action_affirm": "回应“是”", "action_deny": "回应“不是”",
    "return_request_form": "退货表单", "refund_request_form": "退款表单", "exchange_request_form": "换货表单",
    "cancel_order_form": "取消订单表单", "change_address_form": "改地址表单", "invoice_request_form": "开票表单",
    "urge_form": "催办表单", "complaint_form": "投诉表单", "identity_form": "核验身份表单", "action_listen": "等客户说话",
}  # fmt: skip


def title(kind: str, name: str) -> str:
    """Return what a step's name is called."""
    if kind == "form_end":
        return "表单填完"
    words = INTENTS if kind == "intent" else ACTIONS
    return " / ".join(words.get(one, one) for one in name.split(" / "))
