import { ApiError, type ArticleBody, type ArticleDetail } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, explain, queryClient, refresh } from '../app/api.ts';
import { type Body, changedFields, emptyBody, useBody } from './useBody.ts';
import { editorKeys } from './words.ts';

/** What somebody else saved meanwhile, beside what I began with. */
export type Clash = { base: Body; theirs: Body; version: number; by: string };

/** One article under edit: what is on the form, and every step that can be taken with it. */
export function useArticleEditing(key: string) {
  const { message } = App.useApp();
  const navigate = useNavigate();
  const query = useQuery({ queryKey: editorKeys.article(key), queryFn: () => api.article(key) });
  const article = query.data as ArticleDetail;
  const [{ version, body: saved }, setBegun] = useState(() => begunWith(article));
  const form = useBody(saved);
  const [clash, setClash] = useState<Clash>();
  const [busy, setBusy] = useState('');
  const dirty = changedFields(form.body, saved).length > 0;

  const show = (next: ArticleDetail) => {
    queryClient.setQueryData(editorKeys.article(key), next);
    void refresh(editorKeys.articles);
    return next;
  };
  const begin = (next: ArticleDetail) => {
    setBegun(begunWith(next));
    return show(next);
  };
  const reload = async () => {
    const next = begin(await api.article(key));
    form.reset(savedBody(next));
  };
  const step = async (name: string, work: () => Promise<unknown>) => {
    setBusy(name);
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'draft_changed') await openClash();
      else void message.error(explain(error), 5);
      return false;
    } finally {
      setBusy('');
    }
  };
  const openClash = async () => {
    const theirs = await api.article(key);
    setClash({
      base: saved,
      theirs: savedBody(theirs),
      version: theirs.draft?.version ?? 0,
      by: theirs.draft?.updated_by?.name ?? '',
    });
  };
  const keep = async (body: Body, from: number) => {
    const next = begin(await api.saveDraft(key, from, body as ArticleBody));
    form.reset(savedBody(next));
    return next.draft?.version ?? 0;
  };
  const live = async (name: string, work: () => ReturnType<typeof api.rollback>, done: string) =>
    step(name, async () => {
      const { seconds } = await work();
      await reload();
      void refresh(editorKeys.vocabulary);
      void message.success(`${done}，${seconds.toFixed(1)} 秒后客户已能看到`, 5);
    });

  return {
    ...form,
    article,
    busy,
    dirty,
    clash,
    problems: dirty ? [] : (article.draft?.problems ?? []),
    dismissClash: () => setClash(undefined),
    save: () =>
      step('save', async () => {
        await keep(form.body, version);
        void message.success('草稿已保存');
      }),
    merge: (merged: Body) =>
      step('save', async () => {
        if (!clash) return;
        await keep(merged, clash.version);
        setClash(undefined);
        void message.success('已合并并保存');
      }),
    submit: (text: string) =>
      step('submit', async () => {
        const from = dirty ? await keep(form.body, version) : version;
        begin(await api.submitDraft(key, from, text));
        void message.success('已提交，等同事审核');
      }),
    refuse: (text: string) =>
      step('refuse', async () => {
        begin(await api.refuseDraft(key, version, text));
        void message.success('已退回给作者');
      }),
    publish: (text: string) =>
      live('publish', () => api.publishDraft(key, version, text), '已发布'),
    rollback: (revision: number) =>
      live('rollback', () => api.rollback(key, revision, ''), `已回到第 ${revision} 版`),
    withdraw: () => live('withdraw', () => api.withdraw(key, ''), '已下架'),
    comment: (text: string) => step('comment', async () => void show(await api.comment(key, text))),
    discard: () =>
      step('discard', async () => {
        await api.discardDraft(key, version);
        void refresh(['editor']);
        if (article.revisions.length > 0) await reload();
        else {
          form.reset(saved);
          navigate('/editor/articles');
        }
      }),
  };
}

export type Editing = ReturnType<typeof useArticleEditing>;

/** What an editor begins with: it stays so while they write, whatever is read again meanwhile. */
function begunWith(article: ArticleDetail) {
  return { version: article.draft?.version ?? 0, body: savedBody(article) };
}

/** The draft if there is one, else what is live, else the newest revision. */
function savedBody(article: ArticleDetail): Body {
  const live = article.revisions.find((one) => one.number === article.published_revision);
  const found = article.draft?.body ?? live?.body ?? article.revisions[0]?.body;
  return { ...emptyBody, ...found } as Body;
}
