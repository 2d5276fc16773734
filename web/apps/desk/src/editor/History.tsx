import type { ArticleDetail } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { steps } from './words.ts';

type Props = { history: ArticleDetail['history']; onComment: (text: string) => Promise<unknown> };

export function History({ history, onComment }: Props) {
  const [text, setText] = useState('');
  const send = async () => {
    await onComment(text.trim());
    setText('');
  };
  return (
    <>
      <div className="history-write">
        <Input.TextArea
          aria-label="写评论"
          placeholder="给同事留言"
          autoSize
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button disabled={!text.trim()} onClick={send}>
          评论
        </Button>
      </div>
      <ul className="versions">
        {history.map((step) => (
          <li key={`${step.kind}${step.created_at}`}>
            <p>
              <strong>{step.author?.name ?? '系统'}</strong> {steps[step.kind] ?? step.kind}
              {step.revision !== null && `（第 ${step.revision} 版）`}
            </p>
            {step.text && <p>{step.text}</p>}
            <p className="muted">{formatDateTime(step.created_at)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
