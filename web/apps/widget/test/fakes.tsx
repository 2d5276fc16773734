import type { Hall, Option } from '@kefu/api';
import { type ComponentChildren, render } from 'preact';
import { act } from 'preact/test-utils';
import { createStore } from 'zustand/vanilla';
import { VisitorProvider } from '../src/visitor/context.tsx';
import { createPreferences } from '../src/visitor/preferences.ts';
import { initialState, type VisitorState } from '../src/visitor/state.ts';
import type { Visitor } from '../src/visitor/visitor.ts';

export const hall: Hall = {
  title: '云杉商城',
  greeting: '您好',
  placeholder: '请描述您的问题',
  placeholders: {},
  recommendations: [],
  hot: [],
  tools: [],
  orders: [],
  announcement: null,
  privacy: { text: '隐私说明', version: '1' },
  hours: '',
  asked: [],
};

export const option = (id: string, title: string): Option => ({
  id,
  title,
  target: { kind: 'article', key: id },
});

/** A visitor without a service: what the components do is recorded. */
export function fakeVisitor(state: Partial<VisitorState> = {}, suggestions: Option[] = []) {
  const calls = {
    sent: [] as string[],
    chosen: [] as string[],
    forms: [] as [string, Record<string, string>][],
  };
  const visitor = {
    store: createStore<VisitorState>(() => ({ ...initialState, phase: 'ready', hall, ...state })),
    sendText: (text: string) => calls.sent.push(text),
    choose: ({ title }: Option) => calls.chosen.push(title),
    submitForm: (id: string, _title: string, values: Record<string, string>) =>
      calls.forms.push([id, values]),
    api: {
      suggest: async (q: string) => suggestions.filter(({ title }) => title.includes(q)),
    },
    feed: { isTyping: () => undefined },
  };
  return { visitor: visitor as unknown as Visitor, store: visitor.store, calls };
}

/** Renders under a visitor into the document. */
export async function show(visitor: Visitor, children: ComponentChildren): Promise<HTMLElement> {
  const root = document.createElement('div');
  document.body.replaceChildren(root);
  await act(() =>
    render(
      <VisitorProvider visitor={visitor} shell={{ preferences: createPreferences() }}>
        {children}
      </VisitorProvider>,
      root,
    ),
  );
  return root;
}
