import { ArrowLeftOutlined, MoreOutlined, ProfileOutlined } from '@ant-design/icons';
import type { ConversationDetail } from '@kefu/api';
import { App, Button, Dropdown, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { StateTag } from '../lists/ConversationList.tsx';
import { useClaim } from '../lists/QueueList.tsx';
import { CloseModal, NoteModal, TransferModal } from './modals.tsx';
import { useConversationAction } from './useConversationAction.ts';

type Dialog = 'close' | 'transfer' | 'note' | null;

type HeadProps = { detail: ConversationDetail; onShowPanel: () => void };

export function ConversationHead({ detail, onShowPanel }: HeadProps) {
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => setDialog(null);
  return (
    <header className="conversation-head">
      <Link to="/" className="conversation-back" aria-label="返回列表">
        <ArrowLeftOutlined />
      </Link>
      <div className="conversation-who">
        <strong>{detail.customer.name}</strong>
        {detail.customer.level && <Tag variant="filled">{detail.customer.level}</Tag>}
        <StateTag state={detail.state} />
        {detail.agent && <small>{detail.agent.name} 接待</small>}
      </div>
      <div className="conversation-actions">
        <Actions detail={detail} onDialog={setDialog} />
        <Button
          className="conversation-panel-button"
          icon={<ProfileOutlined />}
          aria-label="客户与交接"
          onClick={onShowPanel}
        />
      </div>
      {dialog === 'close' && <CloseModal id={detail.id} onDone={close} />}
      {dialog === 'transfer' && <TransferModal id={detail.id} onDone={close} />}
      {dialog === 'note' && <NoteModal id={detail.id} onDone={close} />}
    </header>
  );
}

type ActionsProps = { detail: ConversationDetail; onDialog: (dialog: Dialog) => void };

function Actions({ detail, onDialog }: ActionsProps) {
  const mine = useIsMine(detail);
  const claim = useClaim();
  const { modal } = App.useApp();
  const giveBack = useConversationAction(
    detail.id,
    () => api.returnToBot(detail.id),
    '已交回机器人',
  );
  if (detail.state === 'closed') return null;
  if (!mine) {
    return (
      <Button
        type="primary"
        loading={claim.isPending}
        disabled={detail.state === 'human'}
        onClick={() => claim.mutate(detail.id)}
      >
        {detail.state === 'human' ? '同事接待中' : '接入'}
      </Button>
    );
  }
  const confirmReturn = () =>
    modal.confirm({
      title: '把会话交回机器人？',
      content: '之后由机器人回复客户，客户可以随时再转人工。',
      okText: '交回机器人',
      onOk: () => giveBack.mutateAsync(undefined).catch(() => undefined),
    });
  return (
    <>
      <Button onClick={() => onDialog('transfer')}>转接</Button>
      <Button type="primary" onClick={() => onDialog('close')}>
        结束会话
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'return', label: '交回机器人', onClick: confirmReturn },
            { key: 'note', label: '添加备注', onClick: () => onDialog('note') },
          ],
        }}
      >
        <Button icon={<MoreOutlined />} aria-label="更多操作" />
      </Dropdown>
    </>
  );
}

/** Only who has taken a conversation may speak in it. */
export function useIsMine(detail: ConversationDetail): boolean {
  const user = useUser();
  if (detail.state !== 'human') return false;
  return detail.agent?.id === user.id;
}
