/** What the address says: `/chat?inbox=…&external_id=…` as a page of its own, `embedded=1` in a frame. */

import type { VisitorUser } from '@kefu/api';
import type { Language } from './texts/index.ts';

export type PageParams = {
  inbox: string;
  embedded?: boolean;
  language?: Language;
  user?: VisitorUser;
  context?: Record<string, unknown>;
};

export function readPage(search: string): PageParams {
  const params = new URLSearchParams(search);
  const externalId = params.get('external_id');
  return {
    inbox: params.get('inbox') ?? 'web',
    embedded: params.get('embedded') === '1' && window.parent !== window,
    language: readLanguage(params.get('lang')),
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

function readLanguage(value: string | null): Language | undefined {
  if (!value) return undefined;
  return value.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
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
