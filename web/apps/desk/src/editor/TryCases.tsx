import type { CaseView } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Table, Tag } from 'antd';
import { api, explain, queryClient, refresh } from '../app/api.ts';
import { describeOutcome } from '../panel/outcomes.ts';
import { labelOf, useVocabulary } from './words.ts';

export const casesKey = ['editor', 'cases'] as const;

/** The kept messages, and whether they still lead where they did. */
export function TryCases() {
  const vocabulary = useVocabulary();
  const { message } = App.useApp();
  const cases = useQuery({ queryKey: casesKey, queryFn: api.cases });
  const run = useMutation({
    mutationFn: api.runCases,
    onSuccess: (items) => queryClient.setQueryData(casesKey, items),
    onError: (error) => void message.error(explain(error)),
  });
  const forget = useMutation({
    mutationFn: api.forgetCase,
    onSuccess: () => refresh(casesKey),
  });
  if (!cases.data?.length) return null;
  const failed = cases.data.filter((one) => one.passed === false).length;
  const passed = cases.data.filter((one) => one.passed).length;
  return (
    <section className="try-cases">
      <div className="editor-tools">
        <h3>用例（{cases.data.length}）</h3>
        <Button loading={run.isPending} onClick={() => run.mutate()}>
          全部试一遍
        </Button>
        {passed + failed > 0 && (
          <span role="status">
            {passed} 条一致，{failed} 条变了
          </span>
        )}
      </div>
      <Table<CaseView>
        size="small"
        rowKey="id"
        dataSource={cases.data}
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        scroll={{ x: 600 }}
        columns={[
          { title: '客户的话', dataIndex: 'text' },
          {
            title: '订单状态',
            width: 110,
            render: (_, one) => labelOf(vocabulary?.order_states, one.order_state) || '—',
          },
          { title: '应当', render: (_, one) => led(one.outcome, one.keys) },
          {
            title: '现在',
            render: (_, one) =>
              one.got && (
                <>
                  <Tag color={one.passed ? 'green' : 'red'} variant="filled">
                    {one.passed ? '一致' : '变了'}
                  </Tag>
                  {!one.passed && led(one.got, one.got_keys ?? [])}
                </>
              ),
          },
          {
            width: 70,
            render: (_, one) => (
              <Button size="small" type="text" onClick={() => forget.mutate(one.id)}>
                删除
              </Button>
            ),
          },
        ]}
      />
    </section>
  );
}

function led(outcome: string, keys: string[]): string {
  return [describeOutcome(outcome).text, keys[0]].filter(Boolean).join('：');
}
