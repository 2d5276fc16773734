import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type LiveEvent, LiveSocket, type LiveStatus } from '../src/index.ts';

/** The service's end of every socket that was opened. */
class FakeSocket extends EventTarget {
  static opened: FakeSocket[] = [];
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readyState = FakeSocket.CONNECTING;
  binaryType = 'blob';
  bufferedAmount = 0;
  readonly sent: Record<string, unknown>[] = [];

  constructor(readonly url: string) {
    super();
    FakeSocket.opened.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code = 1000): void {
    this.readyState = FakeSocket.CLOSED;
    this.dispatchEvent(new CloseEvent('close', { code }));
  }

  accept(): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }

  say(frame: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }
}

const event = (id: number | null) => ({
  event_id: id,
  type: 'typing',
  conversation_id: 'c',
  data: { sender: 'agent' },
});

let statuses: LiveStatus[];
let events: LiveEvent[];
let rejected: number;
let ready: boolean[];
let socket: LiveSocket;

async function connection(at: number): Promise<FakeSocket> {
  await vi.waitFor(() => expect(FakeSocket.opened.length).toBeGreaterThan(at));
  return FakeSocket.opened[at] as FakeSocket;
}

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 100 });
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.opened = [];
  statuses = [];
  events = [];
  rejected = 0;
  ready = [];
  socket = new LiveSocket('ws://shop.example/ws', {
    token: () => 'secret',
    onEvent: (one) => events.push(one),
    onStatus: (status) => statuses.push(status),
    onReady: (resumed) => ready.push(resumed),
    onRejected: () => {
      rejected += 1;
    },
  });
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('authenticates in the first frame and is live only when the service says so', async () => {
  const first = await connection(0);
  first.accept();
  expect(first.sent).toEqual([{ type: 'auth', token: 'secret' }]);
  expect(statuses).toEqual(['connecting']);
  first.say({ type: 'ready', event_id: 7 });
  expect(statuses).toEqual(['connecting', 'live']);
});

it('comes back with the cursor of the last kept event', async () => {
  const first = await connection(0);
  first.accept();
  first.say({ type: 'ready', event_id: 7 });
  first.say(event(9));
  first.say(event(null));
  first.close(1006);
  const second = await connection(1);
  second.accept();
  expect(second.sent).toEqual([{ type: 'auth', token: 'secret', after: 9 }]);
  second.say({ type: 'ready', event_id: 9 });
  expect(ready).toEqual([false, true]);
  expect(events).toHaveLength(2);
});

it('begins behind what was fetched before', async () => {
  const handlers = {
    token: () => 'secret',
    onEvent: () => undefined,
    onStatus: () => undefined,
    onReady: (resumed: boolean) => ready.push(resumed),
    onRejected: () => undefined,
  };
  const later = new LiveSocket('ws://shop.example/ws', handlers, 5);
  const second = await connection(1);
  second.accept();
  expect(second.sent).toEqual([{ type: 'auth', token: 'secret', after: 5 }]);
  second.say({ type: 'ready', event_id: 6 });
  expect(ready).toEqual([true]);
  later.close();
});

it('begins anew when its cursor is too old', async () => {
  const first = await connection(0);
  first.accept();
  first.say({ type: 'ready', event_id: 7 });
  first.say({ type: 'error', code: 'cursor_gone' });
  const second = await connection(1);
  second.accept();
  expect(second.sent).toEqual([{ type: 'auth', token: 'secret' }]);
});

it('stops when the service refuses the identity', async () => {
  const first = await connection(0);
  first.accept();
  first.close(4401);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rejected).toBe(1);
  expect(FakeSocket.opened).toHaveLength(1);
});

it('survives frames that are no JSON', async () => {
  const first = await connection(0);
  first.accept();
  first.dispatchEvent(new MessageEvent('message', { data: '<html>' }));
  first.say({ type: 'ready', event_id: 1 });
  expect(statuses).toContain('live');
});
