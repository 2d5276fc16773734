import { SendOutlined } from '@ant-design/icons';
import type { TryAnswer } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Progress, Select, Table } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { api, explain, refresh } from '../app/api.ts';
import { describeOutcome } from '../panel/outcomes.ts';
import { Answer } from './Answer.tsx';
import { ChooseCandidate } from './ChooseCandidate.tsx';
import { casesKey, TryCases } from './TryCases.tsx';
import { useVocabulary } from './words.ts';

type Asked = {
  text: string;
  order_state: string | null;
  customer: string | null;
  candidate: string | null;
};

/** Type as a customer would; see the reply and why. Nothing is stored. */
export function TryOut() {
  const vocabulary = useVocabulary();
  const { message } = App.useApp();
  const [text, setText] = useState('');
  const [state, setState] = useState<string | null>(null);
  const [customer, setCustomer] = useState('');
  const [search, setSearch] = useSearchParams();
  const candidate = search.get('candidate');
  const run = useMutation({
    mutationFn: (asked: Asked) => api.tryOut(asked),
    onError: (error) => void message.error(explain(error)),
  });
  const asked = run.variables;
  const keep = useMutation({
    mutationFn: () =>
      api.keepCase({
        text: asked?.text ?? '',
        order_state: asked?.order_state ?? null,
        outcome: run.data?.outcome ?? '',
        keys: run.data?.keys ?? [],
      }),
    onSuccess: () => {
      void refresh(casesKey);
      void message.success('已存为用例');
    },
    onError: (error) => void message.error(explain(error)),
  });
  const send = (words: string) => {
    if (!words.trim()) return;
    run.mutate({
      text: words.trim(),
      order_state: state,
      customer: (!state && customer.trim()) || null,
      candidate,
    });
  };
  return (
    <section className="editor-page" aria-label="试一试">
      <div className="try-ask">
        <Input
          aria-label="像客户一样输入"
          placeholder="像客户一样输入，例如：快递三天没动了"
          value={text}
          maxLength={2000}
          onChange={(event) => setText(event.target.value)}
          onPressEnter={() => send(text)}
        />
        <Select
          aria-label="客户的订单状态"
          placeholder="没有订单"
          allowClear
          value={state}
          onChange={(value) => setState(value ?? null)}
          options={vocabulary?.order_states}
        />
        <Input
          aria-label="客户编号"
          placeholder="或客户编号"
          allowClear
          value={customer}
          disabled={!!state}
          maxLength={80}
          onChange={(event) => setCustomer(event.target.value)}
        />
        <ChooseCandidate
          value={candidate}
          onChange={(id) => setSearch(id ? { candidate: id } : {}, { replace: true })}
        />
        <Button
          type="primary"
          icon={<SendOutlined />}
          loading={run.isPending}
          onClick={() => send(text)}
        >
          试一下
        </Button>
      </div>
      {run.isPending && asked?.candidate && (
        <Alert type="info" showIcon title="正在问候选；第一次要先载入它，通常十几秒" />
      )}
      {run.data && asked ? (
        <div className="try-columns">
          <div>
            <h3>客户会看到</h3>
            <Reply asked={asked.text} answer={run.data} onChoose={send} />
            <Button loading={keep.isPending} onClick={() => keep.mutate()}>
              存为用例
            </Button>
          </div>
          <div>
            <h3>为什么</h3>
            <ol className="try-why" data-testid="why">
              {run.data.why.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ol>
            <Reading answer={run.data} />
            <Candidates answer={run.data} />
          </div>
        </div>
      ) : (
        <Empty
          description="输入一句话，看机器人怎么答、为什么"
          image={Empty.PRESENTED_IMAGE_SIMPLE}
        />
      )}
      <TryCases />
    </section>
  );
}

type ReplyProps = { asked: string; answer: TryAnswer; onChoose: (text: string) => void };
type ReplyContent = { text?: string; title?: string; options?: { id: string; title: string }[] };

function Reply({ asked, answer, onChoose }: ReplyProps) {
  return (
    <div className="phone" data-testid="reply">
      <p className="phone-question">{asked}</p>
      {answer.replies.length === 0 && (
        <Alert type="info" title={`结果：${describeOutcome(answer.outcome).text}`} />
      )}
      {answer.replies.map((reply, at) => {
        const content = reply.content as ReplyContent;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the replies of one try never change
          <div key={at} className="phone-reply">
            <div className="phone-answer">
              <Answer
                text={content.text ?? content.title ?? describeOutcome(String(reply.kind)).text}
              />
            </div>
            {content.options?.map((option) => (
              <button
                key={option.id}
                type="button"
                className="phone-option"
                onClick={() => onChoose(option.title)}
              >
                {option.title}
              </button>
            ))}
          </div>
        );
      })}
    </div>
  );
}

/** What the message was turned into before anything was looked for. */
function Reading({ answer }: { answer: TryAnswer }) {
  const changed = answer.changes.map(({ before, after, why }) =>
    after ? `“${before}”→“${after}”（${why}）` : `${why}：“${before}”`,
  );
  return (
    <dl className="try-reading" data-testid="reading">
      <dt>规整</dt>
      <dd>{changed.join('；') || '没有改动'}</dd>
      <dt>分句</dt>
      <dd>
        {answer.clauses.join('｜')}
        {answer.asking.length > 0 && (
          <span className="muted">（在问的：{answer.asking.join('｜')}）</span>
        )}
      </dd>
      <dt>分词</dt>
      <dd>{answer.tokens.join(' / ')}</dd>
    </dl>
  );
}

function Candidates({ answer }: { answer: TryAnswer }) {
  const features = Object.keys(answer.candidates[0]?.features ?? {}).map((name) => ({
    title: name,
    width: 84,
    align: 'right' as const,
    render: (_: unknown, one: TryAnswer['candidates'][number]) =>
      (one.features?.[name] ?? 0).toFixed(2),
  }));
  return (
    <Table
      size="small"
      rowKey="key"
      pagination={false}
      dataSource={answer.candidates}
      scroll={{ x: 860 }}
      columns={[
        {
          title: '候选条目',
          render: (_, one) => (
            <>
              <Link to={`/editor/articles/${one.key}`}>{one.title}</Link>
              <div className="muted">最像“{one.matched}”</div>
            </>
          ),
        },
        {
          title: '把握',
          width: 140,
          render: (_, one) => (
            <Progress
              percent={Math.round(one.confidence * 100)}
              size="small"
              strokeColor="var(--desk-accent)"
            />
          ),
        },
        ...features,
      ]}
    />
  );
}
