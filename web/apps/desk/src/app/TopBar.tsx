import {
  BellOutlined,
  DownOutlined,
  LoadingOutlined,
  LogoutOutlined,
  MessageOutlined,
  QuestionCircleOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { Presence } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Dropdown, Segmented, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { NavLink, useNavigate } from 'react-router';
import { CannedModal } from '../conversation/CannedModal.tsx';
import { enableNotifications, notificationsOn, notify } from '../live/notify.ts';
import { useLive } from '../live/state.ts';
import { api, explain, keys, queryClient } from './api.ts';
import { Logo } from './Logo.tsx';
import { navigation } from './navigation.ts';
import { PromisesButton } from './PromisesButton.tsx';
import { useRight, useUser } from './RequireUser.tsx';

export function TopBar({ onHelp }: { onHelp: () => void }) {
  const supervises = useRight('supervise');
  return (
    <header className="topbar">
      <Logo />
      <h1>坐席工作台</h1>
      <Navigation />
      <Connection />
      <span className="topbar-space" />
      {supervises && <Alerts />}
      <PromisesButton />
      <PresenceSwitch />
      <Button
        type="text"
        icon={<QuestionCircleOutlined />}
        aria-label="快捷键（?）"
        onClick={onHelp}
        className="topbar-help"
      />
      <UserMenu />
    </header>
  );
}

function Navigation() {
  const { rights } = useUser();
  const pages = navigation.filter(({ right }) => rights.includes(right));
  if (pages.length < 2) return null;
  return (
    <nav className="topbar-nav" aria-label="页面">
      {pages.map(({ to, label }) => (
        <NavLink
          key={to}
          to={to}
          className={({ isActive }) =>
            isActive || (to === '/' && location.pathname.includes('/conversations/'))
              ? 'active'
              : ''
          }
          end
        >
          {label}
        </NavLink>
      ))}
    </nav>
  );
}

const BOARD_MS = 15_000;

/** What supervisors must see wherever they are; each new alert is also said once. */
function Alerts() {
  const board = useQuery({ queryKey: keys.board, queryFn: api.board, refetchInterval: BOARD_MS });
  const alerts = board.data?.alerts ?? [];
  const kinds = alerts.map((alert) => alert.replace(/\d+/g, '')).join();
  useEffect(() => {
    // Only a new kind of alert is news: its numbers change all the time.
    if (kinds) notify('看板有新的提醒', '请打开看板查看');
  }, [kinds]);
  if (alerts.length === 0) return null;
  return (
    <Tooltip title={alerts.map((alert) => <p key={alert}>{alert}</p>)}>
      <NavLink to="/board" className="topbar-alert" role="status" data-testid="alerts">
        <WarningOutlined /> {alerts.length} 条提醒
      </NavLink>
    </Tooltip>
  );
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
  const serves = useRight('serve');
  const [canned, setCanned] = useState(false);
  const [loud, setLoud] = useState(notificationsOn);
  const actions: Record<string, () => void> = {
    logout: () => logout.mutate(),
    canned: () => setCanned(true),
    bell: () => void enableNotifications(!loud).then(setLoud),
  };
  return (
    <>
      {canned && <CannedModal onClose={() => setCanned(false)} />}
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(serves ? [{ key: 'canned', label: '常用语', icon: <MessageOutlined /> }] : []),
            {
              key: 'bell',
              label: loud ? '关闭声音和桌面通知' : '打开声音和桌面通知',
              icon: <BellOutlined />,
            },
            { type: 'divider' },
            { key: 'logout', label: '退出登录', icon: <LogoutOutlined /> },
          ],
          onClick: ({ key }) => actions[key]?.(),
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
    </>
  );
}
