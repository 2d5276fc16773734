import { RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Modal, Popconfirm, Select, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { api, explain, refresh } from '../app/api.ts';
import type { Editing } from './useArticleEditing.ts';
import { draftStates, isLive, useVocabulary } from './words.ts';

/** The article's name and state, and the steps that are open to this person. */
export function ArticleHead({ edit }: { edit: Editing }) {
  const { article, dirty, busy } = edit;
  const [asking, setAsking] = useState<'submit' | 'refuse' | 'publish'>();
  const draft = article.draft;
  const reviewing = draft?.state === 'review' && !dirty;
  useSaveKey(edit.save, dirty);
  return (
    <header className="article-head">
      <div className="article-title">
        <Link to="/editor/articles">知识条目</Link> /<h2>{edit.body.question || '新条目'}</h2>
        <Tag color={isLive(article) ? 'green' : undefined} variant="filled">
          {isLive(article) ? `在线 · 第 ${article.published_revision} 版` : '未上线'}
        </Tag>
        {draft && (
          <Tag color={draftStates[draft.state]?.color} variant="filled">
            {draftStates[draft.state]?.text}
          </Tag>
        )}
        {dirty && <span className="muted">有未保存的改动</span>}
      </div>
      <div className="article-actions">
        <Button
          aria-label="撤销"
          icon={<UndoOutlined />}
          disabled={!edit.undo}
          onClick={edit.undo}
        />
        <Button
          aria-label="重做"
          icon={<RedoOutlined />}
          disabled={!edit.redo}
          onClick={edit.redo}
        />
        <Button disabled={!dirty} loading={busy === 'save'} onClick={edit.save}>
          保存草稿
        </Button>
        {(dirty || (draft && !reviewing)) && (
          <Button type="primary" loading={busy === 'submit'} onClick={() => setAsking('submit')}>
            提交审核
          </Button>
        )}
        {reviewing && draft.may_review && (
          <>
            <Button onClick={() => setAsking('refuse')}>退回</Button>
            <Button
              type="primary"
              loading={busy === 'publish'}
              onClick={() => setAsking('publish')}
            >
              通过并发布
            </Button>
          </>
        )}
        {reviewing && !draft.may_review && <span className="muted">等另一位同事审核</span>}
        {draft && (
          <Popconfirm title="放弃这份草稿？" onConfirm={edit.discard}>
            <Button type="text">放弃草稿</Button>
          </Popconfirm>
        )}
        {!draft && isLive(article) && (
          <Popconfirm title="下架后客户不再看到它，版本都保留。" onConfirm={edit.withdraw}>
            <Button type="text" danger>
              下架
            </Button>
          </Popconfirm>
        )}
      </div>
      <Settings edit={edit} />
      {asking && (
        <Remark
          kind={asking}
          busy={busy === asking}
          onCancel={() => setAsking(undefined)}
          onOk={async (text) => {
            await edit[asking](text);
            setAsking(undefined);
          }}
        />
      )}
    </header>
  );
}

function useSaveKey(save: () => unknown, dirty: boolean) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (dirty) save();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [save, dirty]);
}

function Settings({ edit }: { edit: Editing }) {
  const vocabulary = useVocabulary();
  const { message } = App.useApp();
  const { article } = edit;
  const change = useMutation({
    mutationFn: (wanted: { category?: string; owner_id?: string; review_date?: string | null }) =>
      api.articleSettings({ keys: [article.key], ...wanted }),
    onSuccess: () => refresh(['editor']),
    onError: (error) => void message.error(explain(error)),
  });
  return (
    <div className="article-settings">
      <span className="article-setting">
        类目
        <Select
          aria-label="类目"
          size="small"
          value={article.category}
          options={vocabulary?.categories}
          onChange={(category) => change.mutate({ category })}
        />
      </span>
      <span className="article-setting">
        负责人
        <Select
          aria-label="负责人"
          size="small"
          placeholder="未指定"
          value={article.owner?.id}
          options={vocabulary?.people.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(owner_id) => change.mutate({ owner_id })}
        />
      </span>
      <span className="article-setting">
        复核日期
        <Input
          type="date"
          aria-label="复核日期"
          size="small"
          value={article.review_date ?? ''}
          onChange={(event) => change.mutate({ review_date: event.target.value || null })}
        />
      </span>
      <span className="muted">{article.key}</span>
    </div>
  );
}

const asks = {
  submit: { title: '提交审核', label: '说明改了什么（选填）', ok: '提交' },
  refuse: { title: '退回给作者', label: '为什么退回', ok: '退回' },
  publish: { title: '通过并发布', label: '审核意见（选填）', ok: '发布给客户' },
};

type RemarkProps = {
  kind: keyof typeof asks;
  busy: boolean;
  onOk: (text: string) => void;
  onCancel: () => void;
};

function Remark({ kind, busy, onOk, onCancel }: RemarkProps) {
  const [text, setText] = useState('');
  const ask = asks[kind];
  return (
    <Modal
      open
      title={ask.title}
      okText={ask.ok}
      confirmLoading={busy}
      okButtonProps={{ disabled: kind === 'refuse' && !text.trim() }}
      onOk={() => onOk(text.trim())}
      onCancel={onCancel}
    >
      <Input.TextArea
        aria-label={ask.label}
        placeholder={ask.label}
        rows={3}
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Modal>
  );
}
