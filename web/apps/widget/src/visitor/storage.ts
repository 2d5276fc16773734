/** What stays in the browser: the visitor's token, drafts, form values and unsent messages. */

import type { Outgoing } from '@kefu/api';
import { browserStorage, type EntryStorage } from '@kefu/chat';

/** A message on its way, with the words the customer sees for it meanwhile. */
export type Letter = (Outgoing | PictureLetter) & { label: string };

/** A picture that is not uploaded yet. */
export type PictureLetter = { kind: 'picture'; picture: Blob; quote_id?: string };

const PREFIX = 'kefu:';

/** Private windows may refuse storage; the chat then works without memory. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // Nothing is lost but the comfort of finding it again.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export type Identity = { token: string; externalId: string | null };

export function rememberIdentity(inbox: string, identity: Identity | null): void {
  remember(`visitor:${inbox}`, identity ? JSON.stringify(identity) : null);
}

/** The kept token, unless it belonged to another signed-in customer of the shop. */
export function recallIdentity(inbox: string, externalId: string | null): Identity | null {
  const text = recall(`visitor:${inbox}`);
  if (!text) return null;
  try {
    const identity = JSON.parse(text) as Identity;
    const other = identity.externalId !== null && identity.externalId !== externalId;
    return other ? null : identity;
  } catch {
    return null;
  }
}

/** The outbox of one customer, so that a shared device never sends in another's name. */
export function outboxStorage(customerId: string): EntryStorage<Letter> {
  return browserStorage(`${PREFIX}outbox:${customerId}`);
}
