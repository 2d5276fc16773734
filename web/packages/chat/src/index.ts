export { browserStorage } from './entryStorage.ts';
export * from './format.ts';
export { isWebLink, parseMarkdown, plainText } from './markdown.ts';
export { optionsOf, optionTitle } from './options.ts';
export { type Entry, type EntryStatus, type EntryStorage, Outbox, randomId } from './outbox.ts';
export { renderMarkdown } from './renderMarkdown.ts';
export { shrink } from './shrink.ts';
export { StickyScroll } from './sticky.ts';
export { emptyTimeline, lastSeq, merge, type Timeline } from './timeline.ts';
