import type { ArticleItem } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Select, Space } from 'antd';
import { api, explain, queryClient, refresh } from '../app/api.ts';
import { editorKeys, useVocabulary } from './words.ts';

type Change = Omit<Parameters<typeof api.articleSettings>[0], 'keys'>;

/** Changes category, owner or review date of the chosen articles, and can take that back. */
export function BulkBar({ keys, onDone }: { keys: string[]; onDone: () => void }) {
  const vocabulary = useVocabulary();
  const { message } = App.useApp();
  const change = useMutation({
    mutationFn: async (wanted: Change) => {
      const before = itemsOf(keys);
      await api.articleSettings({ keys, ...wanted });
      return { before, field: Object.keys(wanted)[0] as keyof Change };
    },
    onSuccess: ({ before, field }) => {
      void refresh(['editor']);
      onDone();
      const undo = async () => {
        message.destroy('bulk');
        try {
          for (const item of before) {
            const old = field === 'owner_id' ? (item.owner?.id ?? null) : (item[field] ?? null);
            await api.articleSettings({ keys: [item.key], [field]: old });
          }
          void message.success('已撤销');
        } catch (error) {
          void message.error(explain(error));
        }
        await refresh(['editor']);
      };
      void message.success({
        key: 'bulk',
        duration: 8,
        content: (
          <>
            已修改 {before.length} 条{' '}
            <Button type="link" size="small" onClick={undo}>
              撤销
            </Button>
          </>
        ),
      });
    },
    onError: (error) => void message.error(explain(error)),
  });
  const step = useMutation({
    mutationFn: (work: typeof api.submitMany) => work(keys),
    onSuccess: ({ done, refused }) => {
      void refresh(['editor']);
      const reasons = [...new Set(Object.values(refused))];
      if (reasons.length === 0) void message.success(`完成 ${done.length} 条`);
      else {
        const some = Object.keys(refused).length;
        void message.warning(`完成 ${done.length} 条，${some} 条没有：${reasons.join('；')}`, 8);
      }
      onDone();
    },
    onError: (error) => void message.error(explain(error)),
  });
  if (keys.length === 0) return null;
  return (
    <Space className="editor-bulk" wrap>
      已选 {keys.length} 条
      <Select
        aria-label="批量改类目"
        placeholder="移到类目"
        value={null}
        options={vocabulary?.categories}
        onChange={(category: string | null) => category && change.mutate({ category })}
      />
      <Select
        aria-label="批量改负责人"
        placeholder="交给负责人"
        value={null}
        options={vocabulary?.people.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(owner_id: string | null) => owner_id && change.mutate({ owner_id })}
      />
      <Input
        type="date"
        aria-label="批量改复核日期"
        title="复核日期"
        onChange={(event) =>
          event.target.value && change.mutate({ review_date: event.target.value })
        }
      />
      <Button loading={step.isPending} onClick={() => step.mutate(api.submitMany)}>
        提交审核
      </Button>
      <Button loading={step.isPending} onClick={() => step.mutate(api.publishMany)}>
        通过并发布
      </Button>
      <Button type="text" onClick={onDone}>
        取消选择
      </Button>
    </Space>
  );
}

function itemsOf(keys: string[]): ArticleItem[] {
  const lists = queryClient.getQueriesData<{ items: ArticleItem[] }>({
    queryKey: editorKeys.articles,
  });
  const all = lists.flatMap(([, list]) => list?.items ?? []);
  return keys.flatMap((key) => all.find((item) => item.key === key) ?? []);
}
