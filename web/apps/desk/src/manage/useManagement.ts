import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { explain, refresh } from '../app/api.ts';

/** One change that a manager makes: said when it is done, and what it concerns is read again. */
export function useManagement<Value>(
  act: (value: Value) => Promise<unknown>,
  concerns: readonly unknown[],
) {
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void message.success('已保存');
      void refresh(concerns);
    },
    onError: (error) => void message.error(explain(error)),
  });
}
