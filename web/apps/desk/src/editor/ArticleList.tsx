import { PlusOutlined } from '@ant-design/icons';
import type { ArticleItem, ArticleQuery } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Input, Select, Table, type TableColumnsType, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { api, explain } from '../app/api.ts';
import { useUser } from '../app/RequireUser.tsx';
import { BulkBar } from './BulkBar.tsx';
import { NewArticle } from './NewArticle.tsx';
import { draftStates, editorKeys, isLive, labelOf, useVocabulary } from './words.ts';

const PAGE = 50;

const states = [
  { value: 'published', label: '在线' },
  { value: 'draft', label: '草稿' },
  { value: 'review', label: '待审核' },
  { value: 'refused', label: '已退回' },
  { value: 'offline', label: '已下架' },
  { value: 'expired', label: '已过有效期' },
  { value: 'due', label: '该复核了' },
];

const sorts = [
  { value: 'updated', label: '最近修改' },
  { value: 'oldest', label: '最久没改' },
  { value: 'hits', label: '命中最多' },
  { value: 'useful', label: '有用比例最高' },
  { value: 'useless', label: '没用比例最高' },
  { value: 'handoffs', label: '转人工最多' },
  { value: 'title', label: '按名称' },
];

export function ArticleList() {
  const vocabulary = useVocabulary();
  const [params, setParams] = useSearchParams();
  const [creating, setCreating] = useState(false);
  const [selected, setSelected] = useState<string[]>([]);
  const get = (name: string) => params.get(name) ?? undefined;
  const set = (name: string, value: string | undefined) => {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        if (name !== 'cursor') after.delete('cursor');
        return after;
      },
      { replace: true },
    );
  };
  const wanted = useDeferredValue(params.toString());
  const list = useQuery({
    queryKey: [...editorKeys.articles, wanted],
    queryFn: () => api.articles(queryOf(new URLSearchParams(wanted))),
    placeholderData: keepPreviousData,
  });
  const offset = Number(get('cursor') ?? 0);
  return (
    <div className="editor-split">
      <Categories value={get('category')} onChange={(value) => set('category', value)} />
      <section className="editor-page" aria-label="知识条目">
        <div className="editor-tools">
          <Input.Search
            className="editor-search"
            aria-label="搜索条目"
            placeholder="搜索：文字、拼音、首字母，如 退款、tuikuan、tk"
            allowClear
            defaultValue={get('q')}
            onChange={(event) => set('q', event.target.value)}
          />
          <Checkbox
            checked={get('meaning') === 'true'}
            onChange={(event) => set('meaning', event.target.checked ? 'true' : undefined)}
          >
            也按意思找
          </Checkbox>
          <Select
            aria-label="状态"
            placeholder="全部状态"
            allowClear
            value={get('state')}
            onChange={(value) => set('state', value)}
            options={states}
          />
          <Select
            aria-label="负责人"
            placeholder="全部负责人"
            allowClear
            value={get('owner')}
            onChange={(value) => set('owner', value)}
            options={vocabulary?.people.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <Select
            aria-label="排序"
            value={get('sort') ?? 'updated'}
            onChange={(value) => set('sort', value)}
            options={sorts}
          />
          <span className="topbar-space" />
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
            新建条目
          </Button>
        </div>
        {list.isError && <Alert type="error" showIcon title={explain(list.error)} />}
        <DueReminder
          shown={get('state') === 'due'}
          onShow={(own) => {
            set('state', 'due');
            set('owner', own);
          }}
        />
        <BulkBar keys={selected} onDone={() => setSelected([])} />
        <Table<ArticleItem>
          rowKey="key"
          size="middle"
          columns={useColumns()}
          dataSource={list.data?.items}
          loading={list.isPending}
          scroll={{ x: 860 }}
          rowSelection={{
            selectedRowKeys: selected,
            onChange: (keys) => setSelected(keys.map(String)),
          }}
          pagination={{
            pageSize: PAGE,
            current: Math.floor(offset / PAGE) + 1,
            total: list.data?.total ?? 0,
            showSizeChanger: false,
            showTotal: (total) => `共 ${total} 条`,
            onChange: (page) => set('cursor', page > 1 ? String((page - 1) * PAGE) : undefined),
          }}
        />
      </section>
      <NewArticle open={creating} onClose={() => setCreating(false)} category={get('category')} />
    </div>
  );
}

/** Says that articles have reached the date on which somebody wanted to look at them again. */
function DueReminder({ shown, onShow }: { shown: boolean; onShow: (owner?: string) => void }) {
  const { id } = useUser();
  const due = useQuery({ queryKey: ['editor', 'due'], queryFn: api.due });
  if (!due.data || due.data.all === 0 || shown) return null;
  const { all, own } = due.data;
  return (
    <Alert
      className="due"
      type="warning"
      showIcon
      title={`有 ${all} 个条目到了复核日期${own > 0 ? `，其中 ${own} 个由您负责` : ''}。`}
      action={
        <Button size="small" onClick={() => onShow(own > 0 ? id : undefined)}>
          去复核
        </Button>
      }
    />
  );
}

function queryOf(params: URLSearchParams): ArticleQuery {
  const { meaning, ...given } = Object.fromEntries(params);
  return { ...given, meaning: meaning === 'true', limit: PAGE } as ArticleQuery;
}

type CategoriesProps = { value: string | undefined; onChange: (value: string | undefined) => void };

function Categories({ value, onChange }: CategoriesProps) {
  const categories = useVocabulary()?.categories ?? [];
  const total = categories.reduce((sum, one) => sum + (one.count ?? 0), 0);
  const all = [{ value: '', label: '全部', count: total }, ...categories];
  return (
    <nav className="editor-categories" aria-label="类目">
      {all.map((one) => (
        <button
          key={one.value}
          type="button"
          aria-pressed={(value ?? '') === one.value}
          onClick={() => onChange(one.value || undefined)}
        >
          {one.label}
          <small>{one.count}</small>
        </button>
      ))}
    </nav>
  );
}

function useColumns(): TableColumnsType<ArticleItem> {
  const vocabulary = useVocabulary();
  return [
    {
      title: '条目',
      dataIndex: 'title',
      width: 320,
      render: (_, item) => (
        <>
          <Link to={`/editor/articles/${item.key}`}>{item.title || '（还没有问法）'}</Link>
          {item.by_meaning && <Tag color="blue">意思相近</Tag>}
          <div className="muted">{labelOf(vocabulary?.categories, item.category)}</div>
        </>
      ),
    },
    {
      title: '状态',
      width: 150,
      render: (_, item) => {
        const draft = item.draft ? draftStates[item.draft] : undefined;
        return (
          <>
            {isLive(item) ? (
              <Tag color="green" variant="filled">
                在线 · 第 {item.published_revision} 版
              </Tag>
            ) : (
              <Tag variant="filled">未上线</Tag>
            )}
            {draft && (
              <Tag color={draft.color} variant="filled">
                {draft.text}
              </Tag>
            )}
          </>
        );
      },
    },
    { title: '命中', width: 70, align: 'right', render: (_, item) => item.counts.hits },
    {
      title: '有用 / 没用',
      width: 110,
      align: 'right',
      render: (_, { counts }) =>
        counts.useful || counts.useless ? `${counts.useful} / ${counts.useless}` : '—',
    },
    { title: '转人工', width: 80, align: 'right', render: (_, item) => item.counts.handoffs },
    {
      title: '负责人',
      width: 110,
      render: (_, item) => (
        <>
          {item.owner?.name ?? '—'}
          {item.review_date && <div className="muted">{item.review_date} 复核</div>}
        </>
      ),
    },
    {
      title: '修改',
      width: 130,
      render: (_, item) => <span className="muted">{formatDateTime(item.updated_at)}</span>,
    },
  ];
}
