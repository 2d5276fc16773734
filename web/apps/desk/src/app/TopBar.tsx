import { DownOutlined, LoadingOutlined, LogoutOutlined } from '@ant-design/icons';
import type { Presence } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown, Segmented } from 'antd';
import { Link, useNavigate } from 'react-router';
import { useLive } from '../live/state.ts';
import { api, explain, keys, queryClient } from './api.ts';
import { Logo } from './Logo.tsx';
import { useUser } from './RequireUser.tsx';

export function TopBar() {
  return (
    <header className="topbar">
      <Logo />
      <h1>坐席工作台</h1>
      <Connection />
      <span className="topbar-space" />
      <EditorLink />
      <PresenceSwitch />
      <UserMenu />
    </header>
  );
}

function EditorLink() {
  const { role } = useUser();
  if (!['manager', 'administrator'].includes(role)) return null;
  return <Link to="/editor">知识与训练</Link>;
}

function Connection() {
  const status = useLive((state) => state.status);
  if (status === 'live') return null;
  return (
    <span className="topbar-lost" role="status" data-testid="connection">
      <LoadingOutlined /> {status === 'lost' ? '网络已断开，正在重连…' : '正在连接…'}
    </span>
  );
}

const presences: { value: Presence; label: string }[] = [
  { value: 'online', label: '在线' },
  { value: 'busy', label: '忙碌' },
  { value: 'offline', label: '离线' },
];

function PresenceSwitch() {
  const { message } = App.useApp();
  const presence = useQuery({ queryKey: keys.presence, queryFn: api.presence });
  const change = useMutation({
    mutationFn: api.setPresence,
    onSuccess: (answer) => queryClient.setQueryData(keys.presence, answer),
    onError: (error) => void message.error(explain(error)),
  });
  const status = change.isPending ? change.variables : (presence.data?.status ?? 'offline');
  return (
    <Segmented<Presence>
      aria-label="接待状态"
      data-testid="presence"
      value={status}
      disabled={presence.isPending}
      onChange={(value) => change.mutate(value)}
      options={presences.map(({ value, label }) => ({
        value,
        label: (
          <span className="presence">
            <i data-presence={value} />
            {label}
          </span>
        ),
      }))}
    />
  );
}

export function UserMenu() {
  const user = useUser();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const logout = useMutation({
    mutationFn: api.logout,
    onSuccess: () => {
      navigate('/login', { replace: true });
      queryClient.clear();
    },
    onError: (error) => void message.error(explain(error)),
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [{ key: 'logout', label: '退出登录', icon: <LogoutOutlined /> }],
        onClick: () => logout.mutate(),
      }}
    >
      <Button type="text" className="user-button">
        <span className="avatar" aria-hidden="true">
          {user.name.slice(0, 1)}
        </span>
        <span className="user-name">
          {user.name}
          {user.number && <small>工号 {user.number}</small>}
        </span>
        <DownOutlined />
      </Button>
    </Dropdown>
  );
}
