import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StickyScroll } from '../src/index.ts';

/** A box of 300 px; nothing lays out here, so the sizes are set by hand. */
function makeBox(content: number) {
  const box = document.createElement('div');
  const size = { content };
  Object.defineProperties(box, {
    clientHeight: { value: 300 },
    scrollHeight: { get: () => size.content },
  });
  return { box, size };
}

/** An element that begins so far below the top of the content. */
function at(box: HTMLElement, offset: number): Element {
  const element = document.createElement('p');
  element.getBoundingClientRect = () => ({ top: offset - box.scrollTop }) as DOMRect;
  return element;
}

describe('StickyScroll', () => {
  beforeEach(() => {
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe() {}
        disconnect() {}
      },
    );
  });

  it('follows what is added at the end', () => {
    const { box, size } = makeBox(1000);
    const sticky = new StickyScroll(box);
    sticky.added();
    expect(box.scrollTop).toBe(700);
    size.content = 1100;
    sticky.added();
    expect(box.scrollTop).toBe(800);
  });

  it('shows a long answer from the question on, and says that there is more', () => {
    const { box, size } = makeBox(1000);
    let question: Element | null = null;
    const told: boolean[] = [];
    const sticky = new StickyScroll(
      box,
      (near) => told.push(near),
      () => question,
    );
    sticky.added();
    question = at(box, 950);
    size.content = 2000;
    sticky.added();
    expect(box.scrollTop).toBe(942);
    expect(told[told.length - 1]).toBe(false);
    question = null;
    size.content = 2100;
    sticky.added();
    expect(box.scrollTop).toBe(1800);
  });

  it('leaves a reader in peace who has scrolled away', () => {
    const { box, size } = makeBox(1000);
    const sticky = new StickyScroll(box);
    box.scrollTop = 100;
    box.dispatchEvent(new Event('scroll'));
    size.content = 1500;
    sticky.added();
    expect(box.scrollTop).toBe(100);
    sticky.added(true);
    expect(box.scrollTop).toBe(1200);
  });
});
