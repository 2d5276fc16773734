/** How the customer wants the page: colours, size of text, sound, language. Kept in the browser. */

import { createStore } from 'zustand/vanilla';
import { type Language, preferredLanguage } from '../texts/index.ts';
import { recall, remember } from './storage.ts';

export type Preferences = {
  theme: 'auto' | 'light' | 'dark';
  textSize: 'normal' | 'large';
  sound: 'on' | 'off';
  language: 'auto' | Language;
};

const KEY = 'preferences';
// Content is Chinese, and many a Chinese customer's browser speaks English: the page follows it only when asked to.
const usual: Preferences = { theme: 'auto', textSize: 'normal', sound: 'on', language: 'zh-CN' };

/** @param asked what the embedding page asks for; the customer's own choice outweighs it */
export function createPreferences(asked: Partial<Preferences> = {}) {
  const kept = JSON.parse(recall(KEY) ?? '{}') as Partial<Preferences>;
  const store = createStore<Preferences>(() => ({ ...usual, ...asked, ...kept }));
  store.subscribe((preferences) => remember(KEY, JSON.stringify(preferences)));
  return store;
}

export type PreferenceStore = ReturnType<typeof createPreferences>;

export function languageOf({ language }: Preferences): Language {
  return language === 'auto' ? preferredLanguage() : language;
}

/** The style sheets hang on these attributes; ChatUI's dark colours too. */
export function followLook(store: PreferenceStore): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme, textSize } = store.getState();
    const { dataset } = document.documentElement;
    dataset.colorScheme = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme;
    dataset.textSize = textSize;
  };
  dark.addEventListener('change', apply);
  store.subscribe(apply);
  apply();
}
