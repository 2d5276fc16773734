import { plainText } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { api, keys } from '../app/api.ts';

type SuggestionProps = { id: string; onInsert: (text: string) => void };

/** Answers for the customer's last message; a person reads and sends them. */
export function SuggestionList({ id, onInsert }: SuggestionProps) {
  const query = useQuery({ queryKey: keys.suggestions(id), queryFn: () => api.suggestions(id) });
  return (
    <section className="panel-card" aria-label="推荐回答">
      <h2>推荐回答</h2>
      {query.isPending && <Skeleton active title={false} paragraph={{ rows: 2 }} />}
      {query.isError && (
        <p className="muted">
          暂时没有取到推荐回答
          <Button type="link" size="small" onClick={() => void query.refetch()}>
            重试
          </Button>
        </p>
      )}
      {query.data && (
        <ul className="suggestions">
          {query.data.answers.map((answer) => (
            <li key={answer.article_key}>
              <p className="suggestion-head">
                <strong>{answer.title}</strong>
                <span className="muted">{Math.round(answer.confidence * 100)}%</span>
              </p>
              <p className="suggestion-text">{plainText(answer.text)}</p>
              <Button size="small" onClick={() => onInsert(plainText(answer.text))}>
                填入回复
              </Button>
            </li>
          ))}
          {query.data.answers.length === 0 && <li className="muted">这句话没有合适的知识条目</li>}
        </ul>
      )}
      {query.data && query.data.canned.length > 0 && (
        <p className="canned">
          {query.data.canned.map((reply) => (
            <Button
              key={reply.code}
              size="small"
              type="dashed"
              title={reply.text}
              onClick={() => onInsert(reply.text)}
            >
              {reply.text}
            </Button>
          ))}
        </p>
      )}
    </section>
  );
}
