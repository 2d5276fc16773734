import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Attention } from '../src/visitor/attention.ts';
import { createPreferences } from '../src/visitor/preferences.ts';

function watch(sound: 'on' | 'off' = 'off') {
  const looked = vi.fn();
  const attention = new Attention(createPreferences({ sound }), looked);
  const counts: number[] = [];
  attention.onUnread = (count) => counts.push(count);
  return { attention, looked, counts };
}

describe('Attention', () => {
  beforeEach(() => localStorage.clear());

  it('counts in the title what comes while the window is folded, and forgets it on looking', () => {
    const { attention, looked, counts } = watch();
    attention.show(false);
    attention.came(true);
    attention.came(false);
    expect(document.title).toBe('(2) 在线客服');
    attention.show(true);
    expect(document.title).toBe('在线客服');
    expect(counts).toEqual([1, 2, 0]);
    expect(looked).toHaveBeenCalledOnce();
  });

  it('counts nothing that the customer sees come', () => {
    const { attention, counts } = watch();
    attention.came(true);
    expect(counts).toEqual([]);
  });

  it('rings for a person and not for the bot, unless the sound is off', () => {
    const start = vi.fn();
    const node = { connect: () => node, start, stop: vi.fn() };
    const gain = { setValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() };
    class FakeAudio {
      state = 'running';
      currentTime = 0;
      destination = {};
      createOscillator = () => ({ ...node, frequency: { value: 0 } });
      createGain = () => ({ ...node, gain });
    }
    vi.stubGlobal('AudioContext', FakeAudio);
    watch('off').attention.came(true);
    watch('on').attention.came(false);
    expect(start).not.toHaveBeenCalled();
    watch('on').attention.came(true);
    expect(start).toHaveBeenCalledTimes(2);
    vi.unstubAllGlobals();
  });
});
