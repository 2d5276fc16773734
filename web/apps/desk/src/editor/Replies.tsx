import type { ReplyGroup } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Card,
  Empty,
  Form,
  Input,
  Modal,
  Select,
  Skeleton,
  Space,
  Tag,
} from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, explain, refresh } from '../app/api.ts';
import { useVocabulary } from './words.ts';

const repliesKey = ['editor', 'replies'] as const;
const LIKELY = 0.75;

const signs: Record<string, string> = {
  solved: '小结为已解决',
  rated: '客户好评',
  thanked: '客户道谢',
};

/** What agents wrote that settled a question: each can become an article. */
export function Replies() {
  const { message } = App.useApp();
  const replies = useQuery({ queryKey: repliesKey, queryFn: api.replies });
  const [writing, setWriting] = useState<ReplyGroup>();
  const ignore = useMutation({
    mutationFn: (ids: string[]) => api.ignoreReplies(ids),
    onSuccess: () => refresh(repliesKey),
    onError: (error) => void message.error(explain(error)),
  });
  if (replies.isPending) return <Skeleton active className="editor-page" />;
  return (
    <section className="editor-page" aria-label="坐席答复">
      <p className="muted">
        客户满意的会话里，坐席写下的答复。差不多的并在一起；手机号、订单号、姓名、地址已经抹去，写成条目前请再看一眼。
      </p>
      {replies.isError && <Alert type="error" showIcon title={explain(replies.error)} />}
      {replies.data?.length === 0 && (
        <Empty description="还没有。会话结束、客户满意（好评、道谢或小结为已解决）之后会出现在这里" />
      )}
      {replies.data?.map((group) => (
        <Card
          key={group.ids[0]}
          size="small"
          className="reply"
          data-testid="reply"
          title={group.questions[0]}
          extra={
            <>
              <Tag color="green" variant="filled">
                {signs[group.sign] ?? group.sign}
              </Tag>
              {group.ids.length > 1 && <Tag variant="filled">{group.ids.length} 次</Tag>}
            </>
          }
        >
          {group.questions.length > 1 && (
            <p className="muted">也这样问：{group.questions.slice(1, 6).join('、')}</p>
          )}
          <pre>{group.answer}</pre>
          {group.others.length > 0 && (
            <details>
              <summary className="muted">另外 {group.others.length} 种写法</summary>
              {group.others.map((text) => (
                <pre key={text}>{text}</pre>
              ))}
            </details>
          )}
          <Space wrap>
            <Button type="primary" onClick={() => setWriting(group)}>
              写成条目
            </Button>
            <Button loading={ignore.isPending} onClick={() => ignore.mutate(group.ids)}>
              忽略
            </Button>
            {group.nearest && group.nearest.likeness >= LIKELY && (
              <span className="muted">
                可能已经有了：
                <Link to={`/editor/articles/${group.nearest.key}`}>{group.nearest.title}</Link>
                （相似 {Math.round(group.nearest.likeness * 100)}%）
              </span>
            )}
          </Space>
        </Card>
      ))}
      {writing && <WriteArticle group={writing} onClose={() => setWriting(undefined)} />}
    </section>
  );
}

function WriteArticle({ group, onClose }: { group: ReplyGroup; onClose: () => void }) {
  const vocabulary = useVocabulary();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [question, setQuestion] = useState(group.questions[0]?.slice(0, 200) ?? '');
  const [category, setCategory] = useState<string>();
  const create = useMutation({
    mutationFn: () =>
      api.replyArticle({
        ids: group.ids,
        category: category ?? '',
        question,
        similar: group.questions.map((text) => text.slice(0, 200)),
        answer: group.answer,
      }),
    onSuccess: (key) => {
      void refresh(['editor']);
      navigate(`/editor/articles/${key}`);
    },
    onError: (error) => void message.error(explain(error)),
  });
  return (
    <Modal
      open
      title="写成知识条目"
      okText="开始编写"
      okButtonProps={{ disabled: !category || question.trim().length < 2 }}
      confirmLoading={create.isPending}
      onOk={() => create.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical" component="div">
        <Form.Item label="标准问法" extra="改成一句完整的问题；客户的原话会放进相似问">
          <Input
            aria-label="标准问法"
            value={question}
            maxLength={200}
            onChange={(event) => setQuestion(event.target.value)}
          />
        </Form.Item>
        <Form.Item label="类目">
          <Select
            aria-label="类目"
            placeholder="选择类目"
            value={category}
            onChange={setCategory}
            options={vocabulary?.categories}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}
