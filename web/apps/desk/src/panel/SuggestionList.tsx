import { plainText } from '@kefu/chat';
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { api, keys } from '../app/api.ts';
import { useShortcuts } from '../app/shortcuts.ts';

type SuggestionProps = { id: string; onInsert: (text: string) => void };

/** Answers and clarifying questions for the customer's last message; a person reads and sends them. */
export function SuggestionList({ id, onInsert }: SuggestionProps) {
  const query = useQuery({ queryKey: keys.suggestions(id), queryFn: () => api.suggestions(id) });
  const insert = (index: number) => {
    const answer = query.data?.answers[index];
    if (answer) onInsert(plainText(answer.text));
  };
  useShortcuts({
    suggestion1: () => insert(0),
    suggestion2: () => insert(1),
    suggestion3: () => insert(2),
  });
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
          {query.data.answers.map((answer, index) => (
            <li key={answer.article_key}>
              <p className="suggestion-head">
                <strong>{answer.title}</strong>
                <span className="muted">{Math.round(answer.confidence * 100)}%</span>
              </p>
              <p className="suggestion-text">{plainText(answer.text)}</p>
              <Button size="small" title={`Alt + ${index + 1}`} onClick={() => insert(index)}>
                填入回复 <kbd>Alt {index + 1}</kbd>
              </Button>
            </li>
          ))}
          {query.data.answers.length === 0 && <li className="muted">这句话没有合适的知识条目</li>}
        </ul>
      )}
      {query.data && query.data.options.length > 0 && (
        <p className="chips">
          {query.data.options.map((option) => (
            <Button
              key={option.id}
              size="small"
              type="dashed"
              title="填入一句澄清"
              onClick={() => onInsert(`请问您是想问“${option.title}”吗？`)}
            >
              {option.title}
            </Button>
          ))}
        </p>
      )}
    </section>
  );
}
