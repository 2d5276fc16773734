/** One authenticated event socket that reconnects, keeps its cursor and says how it is. */

import ReconnectingWebSocket from 'partysocket/ws';
import type { LiveEvent } from './types.ts';

export type LiveStatus = 'connecting' | 'live' | 'lost';
export type Cursor = number;

export type LiveHandlers = {
  /** The bearer token, or null where the session cookie stands for it. */
  token: () => string | null;
  onEvent: (event: LiveEvent) => void;
  onStatus: (status: LiveStatus) => void;
  /** The stream is on. Unless `resumed`, whatever happened before it is for the owner to fetch. */
  onReady: (resumed: boolean) => void;
  /** The service does not accept our identity any more. */
  onRejected: () => void;
};

type Frame =
  | { type: 'ready'; event_id?: Cursor }
  | { type: 'pong' }
  | { type: 'ack' }
  | { type: 'error'; code?: string }
  | LiveEvent;

const PING_EVERY_MS = 25_000;
const SILENCE_LIMIT_MS = 60_000;
/** Close codes by which the service refuses: 1008 policy, 4401/4403 as in HTTP. */
const REJECTED = new Set([1008, 4401, 4403]);

export class LiveSocket {
  private readonly socket: ReconnectingWebSocket;
  private heard = 0;
  private ended = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    url: string,
    private readonly handlers: LiveHandlers,
    /** Behind this event the stream begins, where something up to it was fetched already. */
    private cursor?: Cursor,
  ) {
    this.socket = new ReconnectingWebSocket(url, [], {
      minReconnectionDelay: 500,
      maxReconnectionDelay: 15_000,
      reconnectionDelayGrowFactor: 1.6,
      connectionTimeout: 8_000,
      maxEnqueuedMessages: 0,
    });
    this.socket.addEventListener('open', () => this.authenticate());
    this.socket.addEventListener('message', (event) => this.receive(event.data));
    this.socket.addEventListener('close', (event) => this.closed(event.code));
    this.timer = setInterval(() => this.beat(), PING_EVERY_MS);
    handlers.onStatus('connecting');
  }

  get position(): Cursor | undefined {
    return this.cursor;
  }

  /** Events up to here were fetched another way. */
  moveTo(cursor: Cursor): void {
    this.cursor = cursor;
  }

  /** Sends if the stream is open; what is only worth something now (typing, read) is not queued. */
  send(frame: Record<string, unknown>): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** The network changed: a socket that still looks open may be dead, so begin a new one at once. */
  nudge(): void {
    this.socket.reconnect();
  }

  /** Ends the stream for good; nothing is told any more. */
  close(): void {
    this.ended = true;
    clearInterval(this.timer);
    this.socket.close();
  }

  private authenticate(): void {
    this.heard = Date.now();
    const token = this.handlers.token();
    this.send({
      type: 'auth',
      ...(token ? { token } : {}),
      ...(this.cursor === undefined ? {} : { after: this.cursor }),
    });
  }

  private receive(data: unknown): void {
    this.heard = Date.now();
    const frame = parseFrame(data);
    if (!frame) return;
    if (frame.type === 'error') {
      if (frame.code === 'cursor_gone') this.restart();
      return;
    }
    if (frame.type === 'ready') {
      const resumed = this.cursor !== undefined;
      this.cursor ??= frame.event_id;
      this.handlers.onStatus('live');
      this.handlers.onReady(resumed);
      return;
    }
    if (!('data' in frame)) return;
    if (frame.event_id !== null) this.cursor = frame.event_id;
    this.handlers.onEvent(frame);
  }

  /** The cursor is too old: begin a new stream; the owner refetches when it is ready. */
  private restart(): void {
    this.cursor = undefined;
    this.socket.reconnect();
  }

  private closed(code: number): void {
    if (this.ended) return;
    this.handlers.onStatus('lost');
    if (!REJECTED.has(code)) return;
    this.close();
    this.handlers.onRejected();
  }

  private beat(): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.heard > SILENCE_LIMIT_MS) this.socket.reconnect();
    else this.send({ type: 'ping' });
  }
}

function parseFrame(data: unknown): Frame | null {
  try {
    return JSON.parse(String(data)) as Frame;
  } catch {
    return null;
  }
}

/** `/api/v1/visitor/ws` → `wss://host/api/v1/visitor/ws`. */
export function socketUrl(path: string): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.toString();
}
