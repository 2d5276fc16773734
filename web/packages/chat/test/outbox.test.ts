import { ApiError } from '@kefu/api';
import { describe, expect, it, vi } from 'vitest';
import { type Entry, type EntryStorage, Outbox } from '../src/index.ts';

const offline = () => new ApiError(0);
const refused = () => new ApiError(422, { title: '消息太长', detail: '一次最多 2000 字' });

/** Storage that outlives an outbox, as the browser's outlives a page. */
function memory(): EntryStorage<string> & { entries: Entry<string>[] } {
  const storage = {
    entries: [] as Entry<string>[],
    load: async () => structuredClone(storage.entries),
    save: async (entries: Entry<string>[]) => {
      storage.entries = structuredClone(entries);
    },
  };
  return storage;
}

/** A service that stores a message once per id and may fail the next calls as told. */
function service() {
  const stored = new Map<string, string>();
  const failures: (() => ApiError)[] = [];
  const answersLost: boolean[] = [];
  return {
    stored,
    failures,
    answersLost,
    texts: () => [...stored.values()],
    deliver: async ({ id, body }: Entry<string>) => {
      const failure = failures.shift();
      if (failure) throw failure();
      stored.set(id, body);
      if (answersLost.shift()) throw offline();
    },
  };
}

function page(storage: EntryStorage<string>, deliver: (entry: Entry<string>) => Promise<void>) {
  let entries: readonly Entry<string>[] = [];
  const waiters: { done: (all: readonly Entry<string>[]) => boolean; resolve: () => void }[] = [];
  const outbox = new Outbox<string>({
    storage,
    deliver,
    pause: async () => undefined,
    onChange: (all) => {
      entries = all;
      for (const waiter of waiters) if (waiter.done(all)) waiter.resolve();
    },
  });
  return {
    outbox,
    entries: () => entries,
    until: (done: (all: readonly Entry<string>[]) => boolean) =>
      new Promise<void>((resolve) => {
        if (done(entries)) resolve();
        else waiters.push({ done, resolve });
      }),
  };
}

const empty = (all: readonly Entry<string>[]) => all.length === 0;

describe('Outbox', () => {
  it('sends in the order of writing', async () => {
    const shop = service();
    const { outbox, until } = page(memory(), shop.deliver);
    for (const text of ['我要', '退货', '昨天那单']) outbox.add(text);
    await until(empty);
    expect(shop.texts()).toEqual(['我要', '退货', '昨天那单']);
  });

  it('keeps the order when the network fails in between', async () => {
    const shop = service();
    shop.failures.push(offline, offline);
    const { outbox, until } = page(memory(), shop.deliver);
    outbox.add('第一句');
    outbox.add('第二句');
    await until(empty);
    expect(shop.texts()).toEqual(['第一句', '第二句']);
  });

  it('stores an entry before the first try', async () => {
    const storage = memory();
    const seen: string[] = [];
    const { outbox, until } = page(storage, async () => {
      seen.push(...storage.entries.map((entry) => entry.body));
    });
    outbox.add('快递呢');
    await until(empty);
    expect(seen).toEqual(['快递呢']);
  });

  it('sends after a reload what an earlier page could not', async () => {
    const storage = memory();
    const first = page(storage, () => new Promise(() => undefined));
    const { id } = first.outbox.add('断网时写的');
    await first.until((all) => all[0]?.status === 'sending');
    first.outbox.stop();

    const shop = service();
    const second = page(storage, shop.deliver);
    await second.outbox.restore();
    await second.until(empty);
    expect([...shop.stored]).toEqual([[id, '断网时写的']]);
    await vi.waitFor(() => expect(storage.entries).toEqual([]));
  });

  it('does not send again what the service already shows, after a reload', async () => {
    const storage = memory();
    const first = page(storage, () => new Promise(() => undefined));
    const { id } = first.outbox.add('其实到了');
    await first.until((all) => all[0]?.status === 'sending');
    first.outbox.stop();

    const shop = service();
    const second = page(storage, shop.deliver);
    await second.outbox.restore(new Set([id]));
    second.outbox.add('下一句');
    await second.until(empty);
    expect(shop.texts()).toEqual(['下一句']);
  });

  it('does not double a message whose answer was lost', async () => {
    const shop = service();
    shop.answersLost.push(true);
    const { outbox, until } = page(memory(), shop.deliver);
    outbox.add('只发一次');
    await until(empty);
    expect(shop.texts()).toEqual(['只发一次']);
  });

  it('drops what the stream has already shown as stored', async () => {
    const { outbox, entries, until } = page(memory(), () => new Promise(() => undefined));
    const entry = outbox.add('已经到了');
    await until((all) => all[0]?.status === 'sending');
    outbox.confirm(new Set([entry.id]));
    expect(entries()).toEqual([]);
  });

  it('shows why the service refused, and goes on with the next', async () => {
    const shop = service();
    shop.failures.push(refused);
    const { outbox, entries, until } = page(memory(), shop.deliver);
    outbox.add('太长的话');
    outbox.add('短的话');
    await until((all) => all.length === 1 && all[0]?.status === 'failed');
    expect(entries()[0]?.problem).toBe('一次最多 2000 字');
    expect(shop.texts()).toEqual(['短的话']);
  });

  it('sends a refused entry again under the same id when asked', async () => {
    const shop = service();
    shop.failures.push(refused);
    const { outbox, until } = page(memory(), shop.deliver);
    const { id } = outbox.add('再试一次');
    await until((all) => all[0]?.status === 'failed');
    outbox.retry(id);
    await until(empty);
    expect([...shop.stored.keys()]).toEqual([id]);
  });

  it('forgets a discarded entry for good', async () => {
    const storage = memory();
    const { outbox, until } = page(storage, async () => {
      throw refused();
    });
    const { id } = outbox.add('不要了');
    await until((all) => all[0]?.status === 'failed');
    outbox.discard(id);
    await until(empty);
    await vi.waitFor(() => expect(storage.entries).toEqual([]));
    const next = page(storage, async () => undefined);
    await next.outbox.restore();
    expect(next.entries()).toEqual([]);
  });
});
