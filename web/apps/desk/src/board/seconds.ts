const MINUTE = 60;

/** `45 秒` · `2 分 05 秒`; nothing measured is a dash. */
export function seconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—';
  const whole = Math.round(value);
  if (whole < MINUTE) return `${whole} 秒`;
  return `${Math.floor(whole / MINUTE)} 分 ${String(whole % MINUTE).padStart(2, '0')} 秒`;
}
