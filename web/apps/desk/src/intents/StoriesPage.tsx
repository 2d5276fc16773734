import type { Flows, FlowView } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Alert, Empty, Input, Result, Segmented, Skeleton, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, explain } from '../app/api.ts';
import { FlowPicture } from './FlowPicture.tsx';
import { StoryFile } from './StoryFile.tsx';
import { intentKeys } from './useIntents.ts';
import './intents.css';

const names: Record<string, string> = {
  'rules/forms.yml': '规则：办理表单',
  'rules/handoff.yml': '规则：转人工',
  'rules/knowledge.yml': '规则：知识与选项',
  'rules/orders.yml': '规则：查订单',
  'rules/smalltalk.yml': '规则：寒暄与范围外',
  'stories/answers.yml': '故事：答完之后',
  'stories/clarify.yml': '故事：给出选项之后',
  'stories/context.yml': '故事：没有上文时',
};

/** Rules and stories: as a picture of what follows what, and as the files behind it. */
export function StoriesPage() {
  const page = useQuery({ queryKey: intentKeys.stories, queryFn: api.stories });
  if (page.isPending) return <Skeleton active className="editor-page" />;
  if (!page.data) {
    return <Result status="warning" title="打不开规则与故事" subTitle={explain(page.error)} />;
  }
  return <Stories page={page.data} />;
}

function Stories({ page }: { page: Flows }) {
  const [params, setParams] = useSearchParams();
  const [kind, setKind] = useState<'all' | FlowView['kind']>('all');
  const q = params.get('q') ?? '';
  const path = params.get('file') ?? undefined;
  const set = (name: string, value: string | undefined) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  const found = useMemo(() => filtered(page.items, kind, q, path), [page.items, kind, q, path]);
  const open = (name: string) => {
    const flow = page.items.find((one) => one.name === name);
    if (flow) setParams({ file: flow.path, line: String(flow.line) }, { replace: true });
  };
  const file = page.files.find((one) => one.path === path);
  return (
    <div className="editor-split intents">
      <nav className="editor-categories" aria-label="文件">
        <button type="button" aria-pressed={!path} onClick={() => setParams({}, { replace: true })}>
          全部<small>{page.items.length}</small>
        </button>
        {page.files.map((one) => (
          <button
            key={one.path}
            type="button"
            aria-pressed={one.path === path}
            title={one.path}
            onClick={() => setParams({ file: one.path }, { replace: true })}
          >
            {names[one.path] ?? one.path}
            <small>{page.items.filter((flow) => flow.path === one.path).length}</small>
          </button>
        ))}
      </nav>
      <section className="editor-page" aria-label="规则与故事">
        <div className="editor-tools">
          <Input.Search
            className="editor-search"
            aria-label="搜索规则与故事"
            placeholder="搜索名字、意图、动作"
            allowClear
            defaultValue={q}
            onChange={(event) => set('q', event.target.value.trim())}
          />
          {!path && (
            <Segmented
              aria-label="哪一种"
              value={kind}
              onChange={setKind}
              options={[
                { value: 'all', label: '全部' },
                { value: 'rule', label: '规则' },
                { value: 'story', label: '故事' },
              ]}
            />
          )}
          <Legend />
        </div>
        {page.problems.length > 0 && (
          <Alert
            type="warning"
            showIcon
            title={`有 ${page.problems.length} 处不能训练：${page.problems
              .slice(0, 5)
              .map((one) => `${one.path} 第 ${one.line} 行：${one.message}`)
              .join('；')}`}
          />
        )}
        {found.length > 0 ? (
          <FlowPicture flows={found} onOpen={open} />
        ) : (
          <Empty description="没有这样的规则或故事" />
        )}
        {file && (
          <StoryFile
            key={`${file.path} ${file.number}`}
            file={file}
            page={page}
            line={Number(params.get('line') ?? 0)}
          />
        )}
        {!file && <p className="muted">点图里的一格，打开它所在的文件来改。</p>}
      </section>
    </div>
  );
}

function filtered(
  flows: FlowView[],
  kind: 'all' | FlowView['kind'],
  q: string,
  path: string | undefined,
): FlowView[] {
  const wanted = q.toLowerCase();
  return flows.filter(
    (flow) =>
      (kind === 'all' || path || flow.kind === kind) &&
      (!path || flow.path === path) &&
      (flow.name.toLowerCase().includes(wanted) ||
        flow.steps.some(({ name, title }) => name.includes(wanted) || title.includes(wanted))),
  );
}

function Legend() {
  return (
    <span className="flow-legend">
      <Tag color="blue">客户说</Tag>
      <Tag color="green">机器人做</Tag>
      <Tag color="orange">表单</Tag>
    </span>
  );
}
