import { render } from 'preact';
import { App } from './App.tsx';
import { readPage } from './page.ts';
import './styles/index.css';
import { speak } from './texts/index.ts';
import { Attention } from './visitor/attention.ts';
import { VisitorProvider } from './visitor/context.tsx';
import { embed } from './visitor/embed.ts';
import { createPreferences, followLook, languageOf } from './visitor/preferences.ts';
import { Visitor } from './visitor/visitor.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');
const page = readPage(window.location.search);
const preferences = createPreferences(page.language ? { language: page.language } : {});
followLook(preferences);
const visitor = new Visitor(page, () => languageOf(preferences.getState()));
const attention = new Attention(preferences, () => visitor.feed.looked());
visitor.watcher = {
  looking: () => attention.looking,
  onMessage: ({ sender }) => attention.came(sender === 'agent'),
};
const frame = page.embedded ? embed(visitor, attention) : undefined;

/** Everything says its words anew when the language changes. */
async function show(): Promise<void> {
  const language = languageOf(preferences.getState());
  await speak(language);
  attention.title();
  render(
    <VisitorProvider visitor={visitor} shell={{ preferences, close: frame?.close }}>
      <App />
    </VisitorProvider>,
    root as HTMLElement,
  );
}

preferences.subscribe((now, before) => {
  if (now.language === before.language) return;
  void show();
  void visitor.languageChanged().catch(() => undefined);
});
void show()
  .then(() => frame?.greeted)
  .then(() => visitor.start());
