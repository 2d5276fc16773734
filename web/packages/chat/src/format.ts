/** Times and amounts as Chinese customers read them; times are those of Asia/Shanghai. */

const ZONE = 'Asia/Shanghai';

const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const calendar = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const DAY_MS = 86_400_000;

/** The page's own language decides on the word. */
function dayWord(days: -1 | 1): string {
  const language = document.documentElement.lang || 'zh-CN';
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day');
}

/** `14:03` · `昨天 14:03` · `明天 08:00` · `11-20 14:03` · `2025-11-20 14:03` */
export function formatTime(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const day = calendar.format(date);
  const time = clock.format(date);
  if (day === calendar.format(now)) return time;
  for (const days of [-1, 1] as const) {
    if (day === calendar.format(new Date(now.getTime() + days * DAY_MS))) {
      return `${dayWord(days)} ${time}`;
    }
  }
  return `${day.slice(0, 4) === calendar.format(now).slice(0, 4) ? day.slice(5) : day} ${time}`;
}

/** `2026-11-22 14:03` */
export function formatDateTime(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : `${calendar.format(date)} ${clock.format(date)}`;
}

/** `"1299"` → `¥1,299.00`; what is not a number is shown as it came. */
export function formatMoney(amount: string): string {
  const value = Number(amount);
  if (amount === '' || Number.isNaN(value)) return amount;
  return `¥${value.toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** How long ago: `刚刚` · `5 分钟` · `2 小时` · `3 天`. */
export function formatSince(iso: string, now: Date = new Date()): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000);
  if (Number.isNaN(minutes)) return '';
  if (minutes < 1) return '刚刚';
  if (minutes < 60) return `${minutes} 分钟`;
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)} 小时`;
  return `${Math.floor(minutes / (60 * 24))} 天`;
}
