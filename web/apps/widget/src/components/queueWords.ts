import type { Queue } from '@kefu/api';
import { texts } from '../texts/index.ts';

/** Where the customer stands, and how long it will take: one sentence each. */
export function queueWords(queue: Queue | null): { place: string; wait: string } {
  if (!queue) return { place: texts.queueing, wait: '' };
  const place = queue.ahead > 0 ? texts.queueAhead(queue.ahead) : texts.queueNext;
  if (queue.eta_seconds !== null)
    return { place, wait: texts.queueEta(Math.max(1, Math.ceil(queue.eta_seconds / 60))) };
  return { place: queue.ahead > 0 ? place : texts.queueNobody, wait: texts.queueNobodyHint };
}
