import type { ConversationDetail, Message } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { App, Button } from 'antd';
import { api, explain, queryClient } from '../app/api.ts';
import { useNow } from '../lists/useNow.ts';
import { addMessages } from '../live/cache.ts';
import { MessageBody } from './MessageBody.tsx';
import { useIsMine } from './useIsMine.ts';
import { quote, rememberRecalled, useRecalled } from './useReply.ts';
import { VeiledBody } from './VeiledBody.tsx';

const RECALL_MS = 120_000;
const QUOTABLE = new Set(['text', 'image', 'option', 'answer', 'card']);

type MessageRowProps = {
  message: Message;
  detail: ConversationDetail;
  read: boolean;
  sought: boolean;
  onRewrite: (text: string) => void;
};

export function MessageRow({ message, detail, read, sought, onRewrite }: MessageRowProps) {
  const recalled = useRecalled((state) => state[message.id]);
  if (message.recalled) {
    return (
      <p className="transcript-time">
        {message.sender === 'customer' ? '客户撤回了一条消息' : '撤回了一条消息'}
        {recalled && (
          <Button type="link" size="small" onClick={() => onRewrite(recalled)}>
            重新编辑
          </Button>
        )}
      </p>
    );
  }
  if (message.kind === 'notice') return <p className="transcript-time">{message.content.text}</p>;
  const Body = message.veiled ? VeiledBody : MessageBody;
  return (
    <div
      className={`msg msg--${message.sender}`}
      data-kind={message.kind}
      data-sought={sought}
      title={formatDateTime(message.created_at)}
    >
      <div className="msg-line">
        <div className="msg-bubble">
          <Body message={message} all={detail.transcript} />
        </div>
        <MessageActions message={message} detail={detail} />
      </div>
      {read && <p className="msg-meta">已读</p>}
    </div>
  );
}

type ActionsProps = Pick<MessageRowProps, 'message' | 'detail'>;

function MessageActions({ message, detail }: ActionsProps) {
  const mine = useIsMine(detail);
  const text = 'text' in message.content ? message.content.text : undefined;
  return (
    <span className="msg-actions">
      {mine && QUOTABLE.has(message.kind) && (
        <Button type="text" size="small" onClick={() => quote(detail.id, message)}>
          引用
        </Button>
      )}
      {text && (
        <Button type="text" size="small" onClick={() => void navigator.clipboard?.writeText(text)}>
          复制
        </Button>
      )}
      {mine && message.sender === 'agent' && <Recall message={message} detail={detail} />}
    </span>
  );
}

/** Own words and pictures can be taken back for two minutes. */
function Recall({ message, detail }: ActionsProps) {
  const { message: toast } = App.useApp();
  const now = useNow();
  const recallable = message.kind === 'text' || message.kind === 'image';
  if (!recallable || now.getTime() - new Date(message.created_at).getTime() > RECALL_MS) {
    return null;
  }
  const recall = async () => {
    try {
      const taken = await api.recall(detail.id, message.id);
      if (message.kind === 'text') rememberRecalled(message.id, message.content.text);
      addMessages(queryClient, detail.id, [taken]);
    } catch (error) {
      void toast.error(explain(error));
    }
  };
  return (
    <Button type="text" size="small" onClick={() => void recall()}>
      撤回
    </Button>
  );
}
