import type { IntentItem, Intents } from '@kefu/api';
import { AutoComplete, Button, Form, Input, Modal, Popconfirm, Select, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api } from '../app/api.ts';
import { useIntentChange } from './useIntents.ts';

type HeadProps = { intents: Intents; intent: IntentItem; onOpen: (name?: string) => void };

/** What an intent is called and where it is used; merging, renaming, ending it. */
export function IntentHead({ intents, intent, onOpen }: HeadProps) {
  const [asking, setAsking] = useState<'merge' | 'rename'>();
  const { change } = useIntentChange();
  const { name } = intent;
  const end = async () => {
    const number = intents.numbers[intent.path] ?? 0;
    if (await change(() => api.deleteIntent(name, number), `已删除意图“${name}”`)) onOpen();
  };
  return (
    <header className="intent-head">
      <h2>{intent.title}</h2>
      <code>{name}</code>
      {intent.built_in && <Tag variant="filled">程序按这个名字办事</Tag>}
      {intent.used_in.length > 0 && (
        <span className="muted">
          用在：
          {intent.used_in.slice(0, 3).map((flow) => (
            <Link key={flow} to={`/editor/stories?q=${encodeURIComponent(flow)}`}>
              {flow}
            </Link>
          ))}
          {intent.used_in.length > 3 && ` 等 ${intent.used_in.length} 处`}
        </span>
      )}
      <span className="topbar-space" />
      {!intent.built_in && (
        <>
          <Button onClick={() => setAsking('rename')}>改名</Button>
          <Button onClick={() => setAsking('merge')}>合并到…</Button>
          <Popconfirm title="连同例句一起删除？可以撤销。" onConfirm={end}>
            <Button danger type="text">
              删除意图
            </Button>
          </Popconfirm>
        </>
      )}
      {asking === 'merge' && (
        <PickIntent
          title={`把“${intent.title}”合并到`}
          ok="合并"
          intents={intents}
          without={name}
          onClose={() => setAsking(undefined)}
          onOk={async (target) => {
            const done = await change(
              (numbers) => api.mergeIntent(name, target, numbers),
              `已并入“${target}”`,
            );
            if (done) onOpen(target);
          }}
        />
      )}
      {asking === 'rename' && (
        <Rename
          name={name}
          onClose={() => setAsking(undefined)}
          onOk={async (next) => {
            const done = await change(
              (numbers) => api.renameIntent(name, next, numbers),
              `已改名为“${next}”`,
            );
            if (done) onOpen(next);
          }}
        />
      )}
    </header>
  );
}

type PickProps = {
  title: string;
  ok: string;
  intents: Intents;
  without: string;
  onOk: (name: string) => Promise<void>;
  onClose: () => void;
};

function PickIntent({ title, ok, intents, without, onOk, onClose }: PickProps) {
  const [target, setTarget] = useState<string>();
  return (
    <Modal
      open
      title={title}
      okText={ok}
      okButtonProps={{ disabled: !target }}
      onOk={() => target && onOk(target)}
      onCancel={onClose}
    >
      <Select
        aria-label="目标意图"
        showSearch={{ optionFilterProp: 'label' }}
        className="wide"
        placeholder="选择意图"
        value={target}
        onChange={setTarget}
        options={intentChoices(intents, without)}
      />
    </Modal>
  );
}

function Rename(props: {
  name: string;
  onOk: (name: string) => Promise<void>;
  onClose: () => void;
}) {
  const [name, setName] = useState(props.name);
  return (
    <Modal
      open
      title="意图改名"
      okText="改名"
      okButtonProps={{ disabled: !name.trim() || name === props.name }}
      onOk={() => props.onOk(name.trim())}
      onCancel={props.onClose}
    >
      <Input
        aria-label="新名字"
        value={name}
        maxLength={40}
        onChange={(event) => setName(event.target.value)}
      />
      <p className="muted">小写字母、数字、下划线。规则和故事里的名字一起改。</p>
    </Modal>
  );
}

/** What a person chooses an intent from. */
export function intentChoices(intents: Intents, without?: string) {
  return intents.items
    .filter((one) => one.name !== without)
    .map((one) => ({
      value: one.name,
      label: one.title === one.name ? one.name : `${one.title}（${one.name}）`,
    }));
}

type MoveProps = {
  intents: Intents;
  from: string;
  examples: string[];
  onClose: (moved: boolean) => void;
};

/** Moves examples to another intent; a name that does not exist yet begins one (a split). */
export function MoveExamples({ intents, from, examples, onClose }: MoveProps) {
  const [target, setTarget] = useState('');
  const { change, busy } = useIntentChange();
  const known = intents.items.some((one) => one.name === target);
  const move = async () => {
    const done = await change(
      (numbers) => api.removeExamples(from, examples, target, numbers),
      known ? `已移动 ${examples.length} 条` : `已拆出新意图“${target}”`,
    );
    if (done) onClose(true);
  };
  return (
    <Modal
      open
      title={`移动 ${examples.length} 条例句`}
      okText={known || !target ? '移动' : '拆成新意图'}
      okButtonProps={{ disabled: !target }}
      confirmLoading={busy}
      onOk={move}
      onCancel={() => onClose(false)}
    >
      <AutoComplete
        aria-label="移到哪个意图"
        className="wide"
        placeholder="选一个意图，或写一个新名字来拆分"
        value={target}
        onChange={setTarget}
        options={intentChoices(intents, from)}
        showSearch={{
          filterOption: (typed, option) =>
            `${option?.value}${option?.label}`.toLowerCase().includes(typed.toLowerCase()),
        }}
      />
      <p className="muted">
        {target && !known && '没有这个意图：将新建它。要让机器人对它做点什么，再写一条规则。'}
      </p>
    </Modal>
  );
}

export function AddExamples({ intent, onClose }: { intent: IntentItem; onClose: () => void }) {
  const [text, setText] = useState('');
  const { change, busy } = useIntentChange();
  const lines = linesOf(text);
  const add = async () => {
    const done = await change(
      (numbers) => api.addExamples(intent.name, lines, numbers),
      ({ count }) =>
        count < lines.length
          ? `加入 ${count} 条，${lines.length - count} 条已经有了`
          : `加入 ${count} 条`,
    );
    if (done) onClose();
  };
  return (
    <Modal
      open
      title={`给“${intent.title}”加例句`}
      okText={`加入 ${lines.length} 条`}
      okButtonProps={{ disabled: lines.length === 0 }}
      confirmLoading={busy}
      onOk={add}
      onCancel={onClose}
    >
      <Input.TextArea
        aria-label="每行一条例句"
        placeholder="每行一条，越像客户的真话越好；加入后可以用鼠标标出订单号等"
        rows={10}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </Modal>
  );
}

function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}

type NewProps = { intents: Intents; onClose: () => void; onCreated: (name: string) => void };

export function NewIntent({ onClose, onCreated }: NewProps) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const { change, busy } = useIntentChange();
  const lines = linesOf(text);
  const create = async () => {
    const done = await change(
      (numbers) => api.createIntent(name.trim(), lines, numbers),
      `已新建意图“${name.trim()}”`,
    );
    if (!done) return;
    onClose();
    onCreated(name.trim());
  };
  return (
    <Modal
      open
      title="新建意图"
      okText="新建"
      okButtonProps={{ disabled: !name.trim() || lines.length < 2 }}
      confirmLoading={busy}
      onOk={create}
      onCancel={onClose}
    >
      <Form layout="vertical" component="div">
        <Form.Item label="名字" extra="小写字母、数字、下划线，例如 ask_gift_wrap">
          <Input
            aria-label="意图的名字"
            value={name}
            maxLength={40}
            onChange={(event) => setName(event.target.value)}
          />
        </Form.Item>
        <Form.Item label={`例句（至少 2 条，现在 ${lines.length} 条）`}>
          <Input.TextArea
            aria-label="每行一条例句"
            rows={8}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </Form.Item>
        <p className="muted">
          新意图要在“规则与故事”里写一条规则，并训练一次模型，机器人才会按它做事。
        </p>
      </Form>
    </Modal>
  );
}
