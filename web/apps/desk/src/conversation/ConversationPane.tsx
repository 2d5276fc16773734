import { ApiError, type ConversationDetail } from '@kefu/api';
import { Alert, Button, Drawer, Empty, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { explain } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { useLive } from '../live/state.ts';
import { SidePanel } from '../panel/SidePanel.tsx';
import { DropZone } from './Attachments.tsx';
import { Composer } from './Composer.tsx';
import { ConversationHead } from './ConversationHead.tsx';
import { Transcript } from './Transcript.tsx';
import { TransferBanner } from './TransferBanner.tsx';
import { useConversation } from './useConversation.ts';
import { useDraft } from './useDraft.ts';

export function ConversationPane({ id }: { id: string }) {
  const query = useConversation(id);
  if (query.isPending) {
    return (
      <main className="conversation conversation--loading">
        <Skeleton active paragraph={{ rows: 8 }} />
      </main>
    );
  }
  if (!query.data) return <Missing error={query.error} onRetry={() => void query.refetch()} />;
  return <Conversation detail={query.data} />;
}

function Missing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const gone = error instanceof ApiError && error.status === 404;
  return (
    <main className="desk-center">
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={explain(error)}>
        {gone ? <Link to="/">返回列表</Link> : <Button onClick={onRetry}>重试</Button>}
      </Empty>
    </main>
  );
}

function Conversation({ detail }: { detail: ConversationDetail }) {
  const [draft, setDraft] = useDraft(detail.id);
  const [panelOpen, setPanelOpen] = useState(false);
  const insert = (text: string) => {
    setDraft(draft.trim() ? `${draft.trimEnd()}\n${text}` : text);
    setPanelOpen(false);
    document.getElementById('reply')?.focus();
  };
  const panel = <SidePanel detail={detail} onInsert={insert} />;
  return (
    <>
      <main className="conversation" data-testid="conversation">
        <ConversationHead detail={detail} onShowPanel={() => setPanelOpen(true)} />
        <Collision id={detail.id} />
        {detail.transfer && <TransferBanner id={detail.id} transfer={detail.transfer} />}
        <DropZone id={detail.id}>
          <Transcript detail={detail} onRewrite={insert} />
          <Composer detail={detail} draft={draft} onDraft={setDraft} />
        </DropZone>
      </main>
      <aside className="side" aria-label="客户与交接">
        {panel}
      </aside>
      <Drawer
        open={panelOpen}
        onClose={() => setPanelOpen(false)}
        title="客户与交接"
        rootClassName="side-drawer"
      >
        {panelOpen && panel}
      </Drawer>
    </>
  );
}

/** Two people on one conversation must know of each other. */
function Collision({ id }: { id: string }) {
  const me = useUser().id;
  const viewers = useLive((state) => state.viewers[id]);
  const others = viewers?.filter((viewer) => viewer.id !== me) ?? [];
  if (others.length === 0) return null;
  return (
    <Alert
      banner
      type="info"
      data-testid="collision"
      title={`${others.map(({ name }) => name).join('、')} 也在看这个会话`}
    />
  );
}
