import type { ConversationDetail } from '@kefu/api';
import { useUser } from '../app/RequireUser.tsx';

/** Only who has taken a conversation may speak in it. */
export function useIsMine(detail: ConversationDetail): boolean {
  const user = useUser();
  return detail.state === 'human' && detail.agent?.id === user.id;
}
