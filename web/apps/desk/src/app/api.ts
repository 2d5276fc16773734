import { ApiError, createDeskApi, type ListName } from '@kefu/api';
import { QueryClient, type QueryKey } from '@tanstack/react-query';

export const api = createDeskApi();

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 2,
    },
  },
});

/**
 * Has what a change touched be asked for anew. A first answer that is still on its way was given before the change, and
 * the query client would take it for the new one: it is not waited for.
 */
export async function refresh(queryKey: QueryKey): Promise<void> {
  await queryClient.cancelQueries({ queryKey });
  await queryClient.invalidateQueries({ queryKey });
}

export const keys = {
  me: ['me'] as const,
  queue: ['queue'] as const,
  counts: ['conversations', 'counts'] as const,
  presence: ['presence'] as const,
  colleagues: ['colleagues'] as const,
  canned: ['canned'] as const,
  board: ['board'] as const,
  teams: ['teams'] as const,
  calendar: ['calendar'] as const,
  conversations: ['conversations'] as const,
  list: (name: ListName) => ['conversations', 'list', name] as const,
  conversation: (id: string) => ['conversation', id] as const,
  explanation: (traceId: string) => ['explanation', traceId] as const,
  suggestions: (id: string) => ['suggestions', id] as const,
  promises: ['promises'] as const,
  targets: ['targets'] as const,
  tags: ['tags'] as const,
  search: (q: string) => ['search', q] as const,
  orders: (id: string) => ['orders', id] as const,
};

/** One sentence for the person at the desk. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) return error.detail || error.message;
  return '出了点问题，请重试';
}
