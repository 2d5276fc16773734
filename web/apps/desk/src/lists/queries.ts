/** What the lists read; one place, so that components that show the same thing share it. */

import type { ListName } from '@kefu/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, keys } from '../app/api.ts';

const REFRESH_MS = 30_000;

export function useQueue() {
  return useQuery({ queryKey: keys.queue, queryFn: api.queue, refetchInterval: REFRESH_MS });
}

export function useCounts() {
  return useQuery({ queryKey: keys.counts, queryFn: api.counts, refetchInterval: REFRESH_MS });
}

export function useList(name: ListName) {
  return useInfiniteQuery({
    queryKey: keys.list(name),
    queryFn: ({ pageParam }) => api.conversations({ list: name, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What is said in colleagues' conversations is not sent here: their lines are renewed by time.
    refetchInterval: REFRESH_MS,
  });
}
