import type { ConversationDetail } from '@kefu/api';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { useConversationAction } from './useConversationAction.ts';

type BannerProps = { id: string; transfer: NonNullable<ConversationDetail['transfer']> };

/** A transfer that waits for its answer: the receiver answers it here, the sender sees it wait. */
export function TransferBanner({ id, transfer }: BannerProps) {
  const me = useUser().id;
  const [reason, setReason] = useState('');
  const accept = useConversationAction(id, () => api.acceptTransfer(id), '已接手');
  const giveBack = useConversationAction(
    id,
    (note: string) => api.returnTransfer(id, note),
    '已退回',
  );
  if (transfer.to.id !== me) {
    return (
      <Alert
        banner
        type="warning"
        title={`正在等 ${transfer.to.name} 接手；在此之前由 ${transfer.sender.name} 接待`}
      />
    );
  }
  return (
    <Alert
      banner
      type="warning"
      data-testid="transfer"
      title={`${transfer.sender.name} 转给您：${transfer.note || '请接手'}`}
      action={
        <span className="transfer-answer">
          <Button
            type="primary"
            loading={accept.isPending}
            onClick={() => accept.mutate(undefined)}
          >
            接手
          </Button>
          <Input
            aria-label="退回原因"
            placeholder="退回原因"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <Button
            disabled={!reason.trim()}
            loading={giveBack.isPending}
            onClick={() => giveBack.mutate(reason)}
          >
            退回
          </Button>
        </span>
      }
    />
  );
}
