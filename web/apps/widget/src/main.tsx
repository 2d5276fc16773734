import { render } from 'preact';
import { App } from './App.tsx';
import { readPage } from './page.ts';
import './styles/index.css';
import { VisitorProvider } from './visitor/context.tsx';
import { Visitor } from './visitor/visitor.ts';

/** ChatUI's dark colours hang on this attribute, and so do ours. */
function followColorScheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset.colorScheme = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', apply);
  apply();
}

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root');
followColorScheme();
const visitor = new Visitor(readPage(window.location.search));
render(
  <VisitorProvider visitor={visitor}>
    <App />
  </VisitorProvider>,
  root,
);
void visitor.start();
