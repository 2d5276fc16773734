import type { Intents, IntentsChanged } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { createElement, useState } from 'react';
import { api, explain, queryClient, refresh } from '../app/api.ts';

export const intentKeys = {
  all: ['editor', 'intents'] as const,
  list: ['editor', 'intents', 'list'] as const,
  examples: (intent: string | undefined, q: string) =>
    ['editor', 'intents', 'examples', intent ?? '', q] as const,
  conflicts: ['editor', 'intents', 'conflicts'] as const,
  stories: ['editor', 'intents', 'stories'] as const,
};

export function useIntents(): Intents | undefined {
  return useQuery({ queryKey: intentKeys.list, queryFn: api.intents }).data;
}

/** Changes intents; says what was done, and takes it back when asked. */
export function useIntentChange() {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const change = async (
    work: (numbers: Intents['numbers']) => Promise<IntentsChanged>,
    said: string | ((done: IntentsChanged) => string),
  ): Promise<boolean> => {
    setBusy(true);
    try {
      const { numbers } = await queryClient.fetchQuery({
        queryKey: intentKeys.list,
        queryFn: api.intents,
        staleTime: Number.POSITIVE_INFINITY,
      });
      const done = await work(numbers);
      await refresh(intentKeys.all);
      const undo = async () => {
        message.destroy('intents');
        try {
          await api.undoIntents(done.undo, done.numbers);
          await refresh(intentKeys.all);
          void message.success('已撤销');
        } catch (error) {
          void message.error(explain(error));
        }
      };
      const text = typeof said === 'string' ? said : said(done);
      const undoable = Object.keys(done.undo).length > 0;
      const button = createElement(Button, { type: 'link', size: 'small', onClick: undo }, '撤销');
      void message.success({
        key: 'intents',
        duration: 8,
        content: createElement('span', null, text, undoable ? button : null),
      });
      return true;
    } catch (error) {
      await refresh(intentKeys.list);
      void message.error(explain(error), 6);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { change, busy };
}
