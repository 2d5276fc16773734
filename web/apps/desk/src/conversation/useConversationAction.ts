import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { explain, keys, refresh } from '../app/api.ts';

/** One of the things that can be done with a conversation, with its success said and lists renewed. */
export function useConversationAction<Value>(
  id: string,
  act: (value: Value) => Promise<unknown>,
  done: string,
) {
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    // antd's messages are thenable until they fade; returned, they would hold the mutation.
    onSuccess: () => void message.success(done),
    onError: (error) => void message.error(explain(error)),
    onSettled: () => {
      void refresh(keys.conversation(id));
      void refresh(keys.conversations);
      void refresh(keys.queue);
    },
  });
}
