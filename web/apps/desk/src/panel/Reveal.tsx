import type { RevealRequest } from '@kefu/api';
import { Button } from 'antd';
import { useReveal } from './useReveal.ts';

type RevealProps = { id: string; what: RevealRequest; masked: string };

/** Personal data behind stars. */
export function Reveal({ id, what, masked }: RevealProps) {
  const { data, loading, toggle } = useReveal(id, what);
  const clear = data && [data.name, data.phone, data.address].filter(Boolean).join(' ');
  return (
    <p className="muted reveal">
      {clear ?? masked}
      <RevealButton shown={Boolean(data)} loading={loading} onClick={toggle} />
    </p>
  );
}

type RevealButtonProps = { shown: boolean; loading: boolean; onClick: () => void };

export function RevealButton({ shown, loading, onClick }: RevealButtonProps) {
  return (
    <Button type="link" size="small" loading={loading} title="查看会记入审计" onClick={onClick}>
      {shown ? '遮住' : '查看明文'}
    </Button>
  );
}
