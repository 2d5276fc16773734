import type { RevealRequest } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect } from 'react';
import { api, explain } from '../app/api.ts';

const SHOWN_MS = 60_000;

/** Looking at personal data (查看明文): it is written down, and what was shown covers itself again. */
export function useReveal(id: string, what: RevealRequest) {
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
  return { data, loading: isPending, toggle: () => (data ? reset() : mutate()) };
}
