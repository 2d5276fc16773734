/** Opening the visit: as whom, from where, and what an earlier page left in this browser. */

import { ApiError, type Session, type VisitorApi } from '@kefu/api';
import type { PageParams } from '../page.ts';
import type { Language } from '../texts/index.ts';
import type { VisitorState } from './state.ts';
import { recall, recallIdentity, remember, rememberIdentity } from './storage.ts';

/** An identity that does not verify must not lock anybody out: they are served as a guest. */
export async function openSession(
  api: VisitorApi,
  page: PageParams,
  language: Language,
  onRefused: () => void,
): Promise<Session> {
  const { inbox, user, context } = page;
  const kept = recallIdentity(inbox, user?.external_id ?? null);
  const body = { inbox, context, locale: language };
  try {
    return await api.openSession({ ...body, user, token: kept?.token });
  } catch (error) {
    const unverified = user && error instanceof ApiError && [401, 422].includes(error.status);
    if (!unverified) throw error;
    onRefused();
    return api.openSession(body);
  }
}

export function keepIdentity(page: PageParams, session: Session): void {
  rememberIdentity(page.inbox, {
    token: session.token,
    externalId: page.user?.external_id ?? null,
  });
}

/** How far the agent had read; the service tells it only when it happens. */
type Receipt = { conversation: string; seq: number };

export function keptReceipt(session: Session): number {
  const kept = JSON.parse(recall('read') ?? 'null') as Receipt | null;
  const here = kept?.conversation === session.conversation_id ? kept.seq : 0;
  return Math.max(here, session.agent_read_seq ?? 0);
}

export function keepReceipt({ conversationId, agentRead }: VisitorState): void {
  const receipt: Receipt = { conversation: conversationId, seq: agentRead };
  remember('read', JSON.stringify(receipt));
}
