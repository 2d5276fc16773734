/** The pages of the desk, and the right that each of them needs. */
export const navigation: { to: string; label: string; right: string }[] = [
  { to: '/', label: '会话', right: 'serve' },
  { to: '/board', label: '看板', right: 'supervise' },
  { to: '/teams', label: '班组与日历', right: 'manage' },
  { to: '/audit', label: '审计', right: 'audit' },
  { to: '/editor', label: '知识与训练', right: 'edit' },
];
