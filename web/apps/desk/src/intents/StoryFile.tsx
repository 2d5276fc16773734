import type { Flows } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Collapse, Dropdown, Space } from 'antd';
import { useDeferredValue, useState } from 'react';
import { api, explain, queryClient, refresh } from '../app/api.ts';
import { useLeaveWarning } from '../editor/useLeaveWarning.ts';
import { intentKeys } from './useIntents.ts';
import { YamlArea } from './YamlArea.tsx';

type Props = { file: Flows['files'][number]; page: Flows; line: number };

/** One file as text: checked while one types, kept only when it could be trained on. */
export function StoryFile({ file, page, line }: Props) {
  const { message } = App.useApp();
  const [text, setText] = useState(file.text);
  const [goTo, setGoTo] = useState(line);
  const dirty = text !== file.text;
  useLeaveWarning(dirty);
  const checked = useDeferredValue(text);
  const check = useQuery({
    queryKey: [...intentKeys.stories, 'check', file.path, checked],
    queryFn: () => api.checkStory(file.path, checked),
    enabled: dirty,
    placeholderData: (before) => before,
  });
  const problems = dirty
    ? (check.data?.problems ?? []).filter((one) => one.path === file.path)
    : page.problems.filter((one) => one.path === file.path);
  const save = useMutation({
    mutationFn: () => api.saveStory(file.path, text, file.number),
    onSuccess: (saved) => {
      queryClient.setQueryData(intentKeys.stories, saved);
      void refresh(intentKeys.list);
      void message.success('已保存；训练一次之后生效');
    },
    onError: (error) => void message.error(explain(error), 8),
  });
  return (
    <section className="story-file" aria-label={file.path}>
      <div className="editor-tools">
        <code>data/{file.path}</code>
        <span className="topbar-space" />
        <Versions path={file.path} number={file.number} onTake={setText} />
        <Button disabled={!dirty} onClick={() => setText(file.text)}>
          放弃改动
        </Button>
        <Button
          type="primary"
          disabled={!dirty || problems.length > 0}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          保存
        </Button>
      </div>
      {problems.length > 0 && (
        <Alert
          type="error"
          title={
            <ul className="story-problems" data-testid="story-problems">
              {problems.map((one) => (
                <li key={`${one.line} ${one.message}`}>
                  <Button type="link" size="small" onClick={() => setGoTo(one.line)}>
                    第 {one.line} 行
                  </Button>
                  {one.message}
                </li>
              ))}
            </ul>
          }
        />
      )}
      <YamlArea
        value={text}
        onChange={setText}
        line={goTo}
        wrong={problems.map((one) => one.line)}
      />
      <Collapse
        size="small"
        ghost
        items={[{ key: 'names', label: '可以用的名字', children: <Names page={page} /> }]}
      />
    </section>
  );
}

function Names({ page }: { page: Flows }) {
  return (
    <dl className="story-names">
      <dt>意图</dt>
      <dd>{page.intents.join('、')}</dd>
      <dt>动作</dt>
      <dd>{page.actions.join('、')}</dd>
      <dt>表单</dt>
      <dd>{page.forms.join('、')}</dd>
    </dl>
  );
}

type VersionsProps = { path: string; number: number; onTake: (text: string) => void };

/** Earlier versions: one is taken into the field, to be looked at and saved. */
function Versions({ path, number, onTake }: VersionsProps) {
  const { message } = App.useApp();
  const versions = useQuery({
    queryKey: [...intentKeys.stories, 'versions', path, number],
    queryFn: () => api.storyVersions(path),
    enabled: number > 0,
  });
  const take = async (wanted: number) => {
    try {
      onTake(await api.storyText(path, wanted));
      void message.info(`已放入第 ${wanted} 版的内容，保存后生效`);
    } catch (error) {
      void message.error(explain(error));
    }
  };
  const items = (versions.data ?? []).map((one) => ({
    key: String(one.number),
    label: `第 ${one.number} 版 · ${one.note} · ${one.author?.name ?? '系统'} · ${formatDateTime(one.created_at)}`,
  }));
  if (items.length < 2) return null;
  return (
    <Space>
      <Dropdown menu={{ items, onClick: ({ key }) => void take(Number(key)) }} trigger={['click']}>
        <Button>以前的版本</Button>
      </Dropdown>
    </Space>
  );
}
