import type { Canned, CannedRequest } from '@kefu/api';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Switch, Tag } from 'antd';
import { useState } from 'react';
import { api, explain, keys, refresh } from '../app/api.ts';
import { useRight } from '../app/RequireUser.tsx';
import { ListState } from '../lists/ListState.tsx';
import { variables } from './canned.ts';

/** One's own phrases and the team's: add, change, remove. */
export function CannedModal({ onClose }: { onClose: () => void }) {
  const query = useQuery({ queryKey: keys.canned, queryFn: api.canned });
  const mayShare = useRight('supervise');
  const [editing, setEditing] = useState<Canned | 'new'>();
  const remove = useCannedAction(api.removeCanned, '已删除');
  return (
    <Modal open title="常用语" footer={null} width={640} onCancel={onClose}>
      {editing ? (
        <CannedForm
          phrase={editing === 'new' ? undefined : editing}
          mayShare={mayShare}
          onDone={() => setEditing(undefined)}
        />
      ) : (
        <>
          <Button type="primary" onClick={() => setEditing('new')}>
            新增常用语
          </Button>
          <ListState query={query} items={query.data} empty="还没有常用语">
            {(items) => (
              <ul className="canned-list">
                {items.map((phrase) => (
                  <li key={phrase.id}>
                    <kbd>/{phrase.code}</kbd>
                    <span>{phrase.text}</span>
                    {phrase.shared && <Tag variant="filled">团队</Tag>}
                    {(!phrase.shared || mayShare) && (
                      <span className="canned-tools">
                        <Button type="link" size="small" onClick={() => setEditing(phrase)}>
                          修改
                        </Button>
                        <Button
                          type="link"
                          size="small"
                          danger
                          onClick={() => remove.mutate(phrase.id)}
                        >
                          删除
                        </Button>
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </ListState>
        </>
      )}
    </Modal>
  );
}

function useCannedAction<Value>(act: (value: Value) => Promise<unknown>, done: string) {
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      void message.success(done);
      void refresh(keys.canned);
    },
    onError: (error) => void message.error(explain(error)),
  });
}

type FormProps = { phrase?: Canned; mayShare: boolean; onDone: () => void };

function CannedForm({ phrase, mayShare, onDone }: FormProps) {
  const save = useCannedAction(
    (body: CannedRequest) => (phrase ? api.changeCanned(phrase.id, body) : api.addCanned(body)),
    '已保存',
  );
  const hint = Object.entries(variables).map(([name, means]) => `{{${name}}} ${means}`);
  return (
    <Form<CannedRequest>
      layout="vertical"
      initialValues={phrase ?? { shared: false }}
      onFinish={(body) => save.mutate(body, { onSuccess: onDone })}
    >
      <Form.Item
        name="code"
        label="快捷码"
        rules={[{ required: true, pattern: /^[\w-]{1,20}$/, message: '1 到 20 个字母或数字' }]}
      >
        <Input placeholder="例如 hi，输入 /hi 就能找到" autoFocus />
      </Form.Item>
      <Form.Item
        name="text"
        label="内容"
        extra={`变量：${hint.join('，')}`}
        rules={[{ required: true, whitespace: true, message: '请填写内容' }]}
      >
        <Input.TextArea rows={4} maxLength={2000} showCount />
      </Form.Item>
      {mayShare && !phrase && (
        <Form.Item name="shared" label="整个团队可用" valuePropName="checked">
          <Switch />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        保存
      </Button>{' '}
      <Button onClick={onDone}>返回</Button>
    </Form>
  );
}
