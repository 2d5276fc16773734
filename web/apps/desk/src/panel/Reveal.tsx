import type { RevealRequest } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect } from 'react';
import { api, explain } from '../app/api.ts';

const SHOWN_MS = 60_000;

type RevealProps = { id: string; what: RevealRequest; masked: string };

/** Personal data behind stars; looking at it is written down, and it covers itself again. */
export function Reveal({ id, what, masked }: RevealProps) {
  const { message } = App.useApp();
  const { mutate, reset, data, isPending } = useMutation({
    mutationFn: () => api.reveal(id, what),
    onError: (error) => void message.error(explain(error)),
  });
  useEffect(() => {
    if (!data) return;
    const timer = setTimeout(reset, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [data, reset]);
  const clear = data && [data.name, data.phone, data.address].filter(Boolean).join(' ');
  return (
    <p className="muted reveal">
      {clear ?? masked}
      <Button
        type="link"
        size="small"
        loading={isPending}
        title="查看会记入审计"
        onClick={() => (data ? reset() : mutate())}
      >
        {data ? '遮住' : '查看明文'}
      </Button>
    </p>
  );
}
