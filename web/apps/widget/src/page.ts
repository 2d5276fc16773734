/** What the embedding shop page says through the address: `/chat?inbox=…&external_id=…`. */

import type { VisitorUser } from '@kefu/api';

export type PageParams = { inbox: string; user?: VisitorUser; context?: Record<string, unknown> };

export function readPage(search: string): PageParams {
  const params = new URLSearchParams(search);
  const externalId = params.get('external_id');
  return {
    inbox: params.get('inbox') ?? 'web',
    user: externalId
      ? {
          external_id: externalId,
          name: params.get('name') ?? undefined,
          identifier_hash: params.get('identifier_hash') ?? '',
        }
      : undefined,
    context: readContext(params.get('context')),
  };
}

/** A JSON object as the shop wrote it; a bare word is the page the customer came from. */
function readContext(value: string | null): Record<string, unknown> | undefined {
  if (!value) return undefined;
  try {
    const context: unknown = JSON.parse(value);
    if (typeof context === 'object' && context !== null && !Array.isArray(context)) {
      return context as Record<string, unknown>;
    }
  } catch {
    // Not JSON: taken as a word.
  }
  return { page: value };
}
