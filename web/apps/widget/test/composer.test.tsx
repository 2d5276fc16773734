import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Composer } from '../src/components/Composer.tsx';
import { fakeVisitor, option, show } from './fakes.tsx';

const offered = [option('a', '快递到哪了？'), option('b', '快递丢了怎么赔？')];

let root: HTMLElement;
let calls: ReturnType<typeof fakeVisitor>['calls'];
const input = () => root.querySelector('textarea') as HTMLTextAreaElement;
const shown = () => [...root.querySelectorAll('[role=option]')].map((one) => one.textContent);
const active = () => root.querySelector('[aria-selected=true]')?.textContent;

async function type(text: string): Promise<void> {
  await act(() => {
    input().focus();
    input().value = text;
    input().dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(async () => {
    await vi.advanceTimersByTimeAsync(500);
  });
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  await act(() => {
    input().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...more }));
  });
}

async function open(state = {}): Promise<void> {
  const fake = fakeVisitor(state, offered);
  calls = fake.calls;
  root = await show(fake.visitor, <Composer />);
}

beforeEach(async () => {
  vi.useFakeTimers();
  localStorage.clear();
  await open();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('suggestions', () => {
  it('appear while typing and leave with the text', async () => {
    await type('快递');
    expect(shown()).toEqual(['快递到哪了？', '快递丢了怎么赔？']);
    await type('');
    expect(shown()).toEqual([]);
  });

  it('are walked through with the arrow keys, round and back to the text', async () => {
    await type('快递');
    const seen = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await press(key);
      seen.push(active());
    }
    expect(seen).toEqual(['快递到哪了？', '快递丢了怎么赔？', undefined, '快递丢了怎么赔？']);
  });

  it('name the active one to assistive technology', async () => {
    await type('快递');
    await press('ArrowDown');
    const id = input().getAttribute('aria-activedescendant');
    expect(root.querySelector(`#${id}`)?.textContent).toBe('快递到哪了？');
  });

  it('choose the active one with Enter', async () => {
    await type('快递');
    await press('ArrowUp');
    await press('Enter');
    expect(calls.chosen).toEqual(['快递丢了怎么赔？']);
    expect(calls.sent).toEqual([]);
    expect(input().value).toBe('');
  });

  it('leave Enter to the text while none is active', async () => {
    await type('快递');
    await press('Enter');
    expect(calls.sent).toEqual(['快递']);
    expect(calls.chosen).toEqual([]);
  });

  it('close with Escape and keep the text', async () => {
    await type('快递');
    await press('Escape');
    expect(shown()).toEqual([]);
    expect(input().value).toBe('快递');
  });

  it('are chosen by a tap', async () => {
    await type('快递');
    await act(() => (root.querySelector('[role=option]') as HTMLElement).click());
    expect(calls.chosen).toEqual(['快递到哪了？']);
  });

  it('leave with the focus, so that they cover nothing else', async () => {
    await type('快递');
    await act(() => input().blur());
    expect(shown()).toEqual([]);
  });

  it('do not disturb while a person answers', async () => {
    await open({ state: 'human' });
    await type('快递');
    expect(shown()).toEqual([]);
  });
});

describe('writing', () => {
  it('does not send while an input method composes', async () => {
    await type('kuaidi');
    await press('Enter', { isComposing: true });
    expect(calls.sent).toEqual([]);
  });

  it('breaks the line with Shift and Enter', async () => {
    await type('第一行');
    await press('Enter', { shiftKey: true });
    expect(calls.sent).toEqual([]);
  });

  it('refuses blank and overlong texts and counts near the limit', async () => {
    await type('   ');
    await press('Enter');
    await type('长'.repeat(2001));
    await press('Enter');
    expect(calls.sent).toEqual([]);
    expect(root.textContent).toContain('超出 1 字');
  });

  it('finds its draft again after a reload', async () => {
    await type('写到一半');
    await open();
    expect(input().value).toBe('写到一半');
    await press('Enter');
    await open();
    expect(input().value).toBe('');
  });
});
