import { useState } from 'react';

const key = (id: string) => `kefu:desk:draft:${id}`;

function read(id: string): string {
  try {
    return localStorage.getItem(key(id)) ?? '';
  } catch {
    return '';
  }
}

/** What was begun in one conversation waits there, also over a reload. */
export function useDraft(id: string): [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(() => read(id));
  const change = (text: string) => {
    setDraft(text);
    try {
      if (text) localStorage.setItem(key(id), text);
      else localStorage.removeItem(key(id));
    } catch {
      // Storage may be full or refused: the draft then lives as long as the page.
    }
  };
  return [draft, change];
}
