import { get, set } from 'idb-keyval';
import type { Entry, EntryStorage } from './outbox.ts';

/** Entries in IndexedDB; a browser that refuses it (private frames) loses only the memory of them. */
export function browserStorage<Body>(key: string): EntryStorage<Body> {
  return {
    load: async () => {
      try {
        return (await get<Entry<Body>[]>(key)) ?? [];
      } catch {
        return [];
      }
    },
    save: async (entries) => set(key, entries),
  };
}
