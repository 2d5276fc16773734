/**
 * The one catalogue of the widget's own words. `texts` is read while rendering; `speak` changes it,
 * after which everything must be rendered again.
 */

import { zh } from './zh.ts';

export type Texts = typeof zh;
export type Language = 'zh-CN' | 'en';

export let texts: Texts = zh;

export async function speak(language: Language): Promise<void> {
  texts = language === 'en' ? (await import('./en.ts')).en : zh;
  document.documentElement.lang = language;
}

/** What the browser asks for: English only where it names it before Chinese. */
export function preferredLanguage(wanted: readonly string[] = navigator.languages): Language {
  const known = wanted.find((one) => /^(zh|en)\b/i.test(one));
  return known?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}
