import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/api.ts';

/** The titles of articles by key, as far as they are known. */
export function useTitles(keys: string[]): Record<string, string> {
  const found = useQuery({
    queryKey: ['editor', 'titles', ...keys],
    queryFn: () => api.titles(keys),
    enabled: keys.length > 0,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
  return found.data ?? {};
}
