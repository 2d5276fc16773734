import { Empty } from 'antd';
import { useParams } from 'react-router';
import { ConversationPane } from '../conversation/ConversationPane.tsx';
import { OfferCards } from '../lists/OfferCards.tsx';
import { Sidebar } from '../lists/Sidebar.tsx';

export function Workspace() {
  const { id } = useParams();
  return (
    <div className="workspace" data-open={Boolean(id)}>
      <Sidebar selected={id} />
      {id ? (
        <ConversationPane id={id} key={id} />
      ) : (
        <main className="desk-center desk-empty">
          <Empty description="从左侧接入或选择一个会话" image={Empty.PRESENTED_IMAGE_SIMPLE} />
        </main>
      )}
      <OfferCards />
    </div>
  );
}
