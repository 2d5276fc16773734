import type { Entry } from '@kefu/chat';
import { Button, Progress } from 'antd';
import { useEffect, useState } from 'react';
import { outbox, pictureOutbox } from '../live/outbox.ts';
import { type Parcel, useLive } from '../live/state.ts';
import { Quoted } from './MessageBody.tsx';

/** A reply that the service has not confirmed yet. */
export function PendingRow({ entry }: { entry: Entry<Parcel> }) {
  const { picture, text, quote } = entry.body;
  const way = picture ? pictureOutbox : outbox;
  return (
    <div className="msg msg--agent" data-status={entry.status}>
      <div className="msg-bubble">
        {quote && <Quoted text={quote.text} />}
        {picture ? <PendingPicture id={entry.id} picture={picture} /> : text}
      </div>
      <p className="msg-meta">
        {entry.status === 'failed' ? (
          <>
            <span className="msg-failed">{entry.problem ?? '发送失败'}</span>
            <Button size="small" type="link" onClick={() => way.retry(entry.id)}>
              重发
            </Button>
            <Button size="small" type="link" onClick={() => way.discard(entry.id)}>
              删除
            </Button>
          </>
        ) : (
          '发送中'
        )}
      </p>
    </div>
  );
}

function PendingPicture({ id, picture }: { id: string; picture: Blob }) {
  const share = useLive((state) => state.progress[id]);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return (
    <>
      {url && <img className="msg-picture" src={url} alt="正在发送的图片" />}
      {share !== undefined && share < 1 && (
        <Progress percent={Math.round(share * 100)} size="small" aria-label="上传进度" />
      )}
    </>
  );
}
