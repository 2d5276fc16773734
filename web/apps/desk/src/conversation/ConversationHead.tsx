import { ArrowLeftOutlined, MoreOutlined, ProfileOutlined } from '@ant-design/icons';
import type { ConversationDetail } from '@kefu/api';
import { Button, Dropdown, type MenuProps, Tag } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { api } from '../app/api.ts';
import { useRight } from '../app/RequireUser.tsx';
import { useShortcuts } from '../app/shortcuts.ts';
import { StateTag } from '../lists/ConversationList.tsx';
import { useClaim } from '../lists/QueueList.tsx';
import { useNow } from '../lists/useNow.ts';
import { Waiting } from '../lists/Waiting.tsx';
import { Dialogs } from './Dialogs.tsx';
import { useConversationAction } from './useConversationAction.ts';
import { type DialogName, useDialogs } from './useDialogs.ts';
import { useIsMine } from './useIsMine.ts';

type HeadProps = { detail: ConversationDetail; onShowPanel: () => void };

export function ConversationHead({ detail, onShowPanel }: HeadProps) {
  const { customer, agent, responsible, state } = detail;
  return (
    <header className="conversation-head">
      <Link to="/" className="conversation-back" aria-label="返回列表">
        <ArrowLeftOutlined />
      </Link>
      <div className="conversation-who">
        <strong>{customer.name}</strong>
        {customer.level && <Tag variant="filled">{customer.level}</Tag>}
        <StateTag state={state} />
        {agent && <small>{agent.name} 接待</small>}
        {responsible && responsible.id !== agent?.id && !detail.discharged && (
          <small>首接责任人 {responsible.name}</small>
        )}
        {detail.awaiting_since && <Awaiting since={detail.awaiting_since} />}
      </div>
      <div className="conversation-actions">
        <Actions detail={detail} />
        <Button
          className="conversation-panel-button"
          icon={<ProfileOutlined />}
          aria-label="客户与交接"
          onClick={onShowPanel}
        />
      </div>
      <Dialogs detail={detail} />
    </header>
  );
}

const SECOND_MS = 1000;

function Awaiting({ since }: { since: string }) {
  return <Waiting since={since} now={useNow(5 * SECOND_MS)} prefix="客户等回复 " />;
}

function Actions({ detail }: { detail: ConversationDetail }) {
  const mine = useIsMine(detail);
  const supervises = useRight('supervise');
  const show = useDialogs((state) => state.show);
  useEffect(() => () => show(null), [show]);
  const may = mine || (supervises && detail.state === 'human');
  const keys: Partial<Record<'transfer' | 'close' | 'bot' | 'note', () => void>> = {
    note: () => show('note'),
  };
  if (may) {
    keys.transfer = () => show('transfer');
    keys.close = () => show('close');
    keys.bot = () => show('return');
  }
  useShortcuts(keys);
  return (
    <>
      {!mine && <Take detail={detail} />}
      {mine && (
        <>
          <Button onClick={() => show('transfer')} title="Alt + T">
            转接
          </Button>
          <Button type="primary" onClick={() => show('close')} title="Alt + W">
            结束会话
          </Button>
        </>
      )}
      <Dropdown
        trigger={['click']}
        menu={{
          items: menu(detail, may, mine, supervises),
          onClick: ({ key }) => show(key as DialogName),
        }}
      >
        <Button icon={<MoreOutlined />} aria-label="更多操作" />
      </Dropdown>
    </>
  );
}

function menu(
  detail: ConversationDetail,
  may: boolean,
  mine: boolean,
  supervises: boolean,
): MenuProps['items'] {
  const whisper = supervises && !mine && detail.state === 'human';
  return [
    { key: 'note', label: whisper ? '悄悄话给坐席 / 备注' : '写备注' },
    ...(may ? [{ key: 'return', label: '交回机器人' }] : []),
    ...(may && !mine
      ? [
          { key: 'transfer', label: '转接' },
          { key: 'close', label: '结束会话' },
        ]
      : []),
    ...(supervises && detail.state !== 'closed' ? [{ key: 'assign', label: '指派给坐席' }] : []),
    ...(detail.responsible && !detail.discharged
      ? [{ key: 'discharge', label: '登记答复（首接责任）' }]
      : []),
  ];
}

/** Out of the queue it is claimed; from the bot, and by supervisors from a colleague, it is taken over. */
function Take({ detail }: { detail: ConversationDetail }) {
  const claim = useClaim();
  const supervises = useRight('supervise');
  const takeOver = useConversationAction(detail.id, () => api.takeOver(detail.id), '已接管');
  if (detail.state === 'closed' || detail.state === 'new') return null;
  if (detail.state === 'queued') {
    return (
      <Button type="primary" loading={claim.isPending} onClick={() => claim.mutate(detail.id)}>
        接入
      </Button>
    );
  }
  if (detail.state === 'human' && !supervises) {
    return <Button disabled>同事接待中</Button>;
  }
  return (
    <Button loading={takeOver.isPending} onClick={() => takeOver.mutate(undefined)}>
      接管
    </Button>
  );
}
