/**
 * What the user has sent and the service has not confirmed yet.
 *
 * Entries are stored before the first try, sent one after the other in the order they were written,
 * and carry a `client_msg_id`, so that a reload, a second tab or a lost answer never doubles one.
 */

import { ApiError } from '@kefu/api';

export type EntryStatus = 'waiting' | 'sending' | 'failed';

export type Entry<Body> = {
  id: string;
  body: Body;
  createdAt: string;
  status: EntryStatus;
  /** Why it failed, in words for the user. */
  problem?: string;
};

/** Where entries outlive the page. */
export type EntryStorage<Body> = {
  load: () => Promise<Entry<Body>[]>;
  save: (entries: Entry<Body>[]) => Promise<void>;
};

export type OutboxOptions<Body> = {
  storage: EntryStorage<Body>;
  /** Sends one entry; throws `ApiError`. Anything it resolves with has been confirmed. */
  deliver: (entry: Entry<Body>) => Promise<void>;
  onChange: (entries: readonly Entry<Body>[]) => void;
  /** A refusal that trying again cannot heal. */
  onRefused?: (entry: Entry<Body>, error: ApiError) => void;
  newId?: () => string;
  now?: () => Date;
  /** Waits before the n-th new try (n from 1). */
  pause?: (attempt: number) => Promise<void>;
};

const LONGEST_PAUSE_MS = 30_000;

export class Outbox<Body> {
  private entries: Entry<Body>[] = [];
  private running = false;
  private attempt = 0;
  private wake: (() => void) | undefined;
  private stopped = false;
  private saving: Promise<void> = Promise.resolve();

  constructor(private readonly options: OutboxOptions<Body>) {}

  /**
   * Takes up what an earlier page left behind; what was under way then is sent again.
   *
   * @param confirmed ids that the service is known to hold, whatever that page heard
   */
  async restore(confirmed: ReadonlySet<string> = new Set()): Promise<void> {
    const stored = await this.options.storage.load();
    const known = new Set(this.entries.map((entry) => entry.id));
    const revived = stored
      .filter((entry) => !known.has(entry.id) && !confirmed.has(entry.id))
      .map((entry) =>
        entry.status === 'sending' ? { ...entry, status: 'waiting' as const } : entry,
      );
    this.entries = [...revived, ...this.entries];
    this.changed();
    this.run();
  }

  add(body: Body): Entry<Body> {
    const entry: Entry<Body> = {
      id: (this.options.newId ?? randomId)(),
      body,
      createdAt: (this.options.now ?? (() => new Date()))().toISOString(),
      status: 'waiting',
    };
    this.entries = [...this.entries, entry];
    this.changed();
    this.run();
    return entry;
  }

  retry(id: string): void {
    this.update(id, { status: 'waiting', problem: undefined });
    this.kick();
  }

  discard(id: string): void {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.changed();
  }

  /** The service has shown these ids as stored, whether or not we heard the answer. */
  confirm(ids: ReadonlySet<string>): void {
    if (this.entries.some((entry) => ids.has(entry.id))) {
      this.entries = this.entries.filter((entry) => !ids.has(entry.id));
      this.changed();
    }
  }

  /** Tries at once instead of waiting for the back-off, for example when the network is back. */
  kick(): void {
    this.attempt = 0;
    this.wake?.();
    this.run();
  }

  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  private run(): void {
    if (this.running || this.stopped) return;
    this.running = true;
    void this.drain().finally(() => {
      this.running = false;
    });
  }

  private async drain(): Promise<void> {
    for (let entry = this.next(); entry && !this.stopped; entry = this.next()) {
      await this.saving;
      if (!this.entries.some(({ id }) => id === entry?.id)) continue;
      this.update(entry.id, { status: 'sending' });
      const again = await this.tryOnce(entry);
      if (again) await this.rest();
    }
  }

  /** @returns whether the same entry must be tried again after a pause */
  private async tryOnce(entry: Entry<Body>): Promise<boolean> {
    try {
      await this.options.deliver(entry);
      this.attempt = 0;
      this.discard(entry.id);
      return false;
    } catch (error) {
      if (!(error instanceof ApiError)) {
        this.update(entry.id, { status: 'failed', problem: '发送失败' });
        throw error;
      }
      if (error.retryable) {
        this.update(entry.id, { status: 'waiting' });
        return true;
      }
      this.update(entry.id, { status: 'failed', problem: error.detail || error.message });
      this.options.onRefused?.(entry, error);
      return false;
    }
  }

  private async rest(): Promise<void> {
    this.attempt += 1;
    const woken = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    await Promise.race([woken, (this.options.pause ?? backOff)(this.attempt)]);
    this.wake = undefined;
  }

  private next(): Entry<Body> | undefined {
    return this.entries.find((entry) => entry.status !== 'failed');
  }

  private update(id: string, change: Partial<Entry<Body>>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
    this.changed();
  }

  private changed(): void {
    const entries = this.entries;
    this.saving = this.saving.then(() => this.options.storage.save(entries)).catch(() => undefined);
    this.options.onChange(entries);
  }
}

function backOff(attempt: number): Promise<void> {
  const limit = Math.min(1000 * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
  return new Promise((resolve) => setTimeout(resolve, limit * (0.7 + 0.3 * Math.random())));
}

/** `crypto.randomUUID` needs a secure context; a shop may embed the page over plain HTTP. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
