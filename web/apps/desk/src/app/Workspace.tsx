import { Empty } from 'antd';
import { Navigate, useParams } from 'react-router';
import { ConversationPane } from '../conversation/ConversationPane.tsx';
import { Sidebar } from '../lists/Sidebar.tsx';
import { useStream } from '../live/useStream.ts';
import { useUser } from './RequireUser.tsx';
import { TopBar } from './TopBar.tsx';

export function Workspace() {
  // Editors serve no customers: their work is elsewhere.
  return useUser().role === 'editor' ? <Navigate to="/editor" replace /> : <Desk />;
}

function Desk() {
  useStream();
  const { id } = useParams();
  return (
    <div className="desk" data-open={Boolean(id)}>
      <TopBar />
      <Sidebar selected={id} />
      {id ? (
        <ConversationPane id={id} key={id} />
      ) : (
        <main className="desk-center desk-empty">
          <Empty description="从左侧接入或选择一个会话" image={Empty.PRESENTED_IMAGE_SIMPLE} />
        </main>
      )}
    </div>
  );
}
