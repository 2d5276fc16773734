/** The customer's page as the editors' hall page shows it: with the hall that it is told, talking to nobody. */

import { render } from 'preact';
import { App } from './App.tsx';
import { readPage } from './page.ts';
import './styles/index.css';
import { speak } from './texts/index.ts';
import { VisitorProvider } from './visitor/context.tsx';
import { createPreferences } from './visitor/preferences.ts';
import { Visitor } from './visitor/visitor.ts';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');
const visitor = new Visitor(readPage(''));
window.addEventListener('message', ({ origin, data }) => {
  if (origin !== window.location.origin || data?.type !== 'kefu.hall') return;
  visitor.store.setState({ phase: 'ready', hall: data.hall });
});
void speak('zh-CN');
render(
  <VisitorProvider visitor={visitor} shell={{ preferences: createPreferences({}) }}>
    <App />
  </VisitorProvider>,
  root,
);
window.parent.postMessage({ type: 'kefu.hall.ready' }, window.location.origin);
