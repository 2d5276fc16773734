import type { UseQueryResult } from '@tanstack/react-query';
import { Button, Empty, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { explain } from '../app/api.ts';

type ListStateProps<T> = {
  query: Pick<UseQueryResult, 'isPending' | 'isError' | 'error' | 'refetch'>;
  items: readonly T[] | undefined;
  empty: string;
  children: (items: readonly T[]) => ReactNode;
};

/** Loading, failed, empty or there: every list has all four. */
export function ListState<T>({ query, items, empty, children }: ListStateProps<T>) {
  if (query.isPending) {
    return (
      <div className="list-loading">
        <Skeleton active avatar paragraph={{ rows: 1 }} />
        <Skeleton active avatar paragraph={{ rows: 1 }} />
      </div>
    );
  }
  if (!items) {
    return (
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={explain(query.error)}>
        <Button onClick={() => void query.refetch()}>重试</Button>
      </Empty>
    );
  }
  if (items.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />;
  }
  return <>{children(items)}</>;
}
