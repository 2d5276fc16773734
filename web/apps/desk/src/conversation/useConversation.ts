import type { ConversationDetail } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { api, keys, queryClient } from '../app/api.ts';
import { keepOlder } from '../live/cache.ts';

const options = (id: string) => ({
  queryKey: keys.conversation(id),
  queryFn: async () => {
    const fresh = await api.conversation(id);
    return keepOlder(queryClient.getQueryData<ConversationDetail>(keys.conversation(id)), fresh);
  },
});

export function useConversation(id: string) {
  return useQuery(options(id));
}

/** Reads what the pointer is about to open, so that the switch is immediate. */
export function prefetchConversation(id: string): void {
  void queryClient.prefetchQuery(options(id));
}
