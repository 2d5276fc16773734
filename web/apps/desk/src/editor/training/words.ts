/** What runs, figures and labels are called, and the shape of a report. */

import type { RunView, Trainings } from '@kefu/api';

export const kinds: Record<RunView['kind'], string> = { model: '模型', index: '索引' };

export const runStates: Record<RunView['state'], { text: string; color?: string }> = {
  running: { text: '进行中', color: 'blue' },
  ready: { text: '待发布', color: 'orange' },
  trial: { text: '灰度中', color: 'blue' },
  released: { text: '已发布', color: 'green' },
  rolled_back: { text: '已退回', color: 'default' },
  withdrawn: { text: '已撤回', color: 'default' },
  outdated: { text: '已过时', color: 'default' },
  failed: { text: '失败', color: 'red' },
  cancelled: { text: '已取消', color: 'default' },
};

/** A rebuilt index of content that did not change is the one that serves: there is nothing to release. */
export const servesAlready = (run: RunView, { index }: Trainings): boolean =>
  run.state === 'ready' && run.kind === 'index' && run.version === index;

export type Interval = { count: number; of: number; share: number; low: number; high: number };

export type Figure = {
  set: string;
  set_label: string;
  name: string;
  label: string;
  more_is_better: boolean;
  live: Interval;
  candidate: Interval;
  difference: { mean: number; low: number; high: number };
  blocks: boolean;
};

export type Change = {
  set: string;
  text: string;
  expected: string;
  before: { verdict: string; got: string };
  after: { verdict: string; got: string };
  better: boolean;
};

type Tried = {
  text: string;
  passed: boolean;
  outcome: string;
  got: string;
  keys: string[];
  got_keys: string[];
};

export type Report = {
  cases: number;
  tolerance: number;
  figures: Figure[];
  gate: { passed: boolean; blocked_by: string[] };
  changes: Change[];
  confusion: {
    kinds: { rows: string[]; columns: string[]; live: number[][]; candidate: number[][] };
    articles: { expected: string; got: string; live: number; candidate: number }[];
  };
  live: { model: string | null; index: string };
  candidate: { model: string | null; index: string };
  tries: { live: Tried; candidate: Tried }[];
};

export const verdicts: Record<string, string> = {
  right: '直接答对',
  one_click: '点一下答对',
  missed: '选项里没有',
  wrong: '答错',
  declined: '没有作答',
  handed_over: '转人工',
  other: '其他',
  no_reply: '没有回复',
  offered: '给出了选项',
  guessed: '猜着作答',
  answered: '作答了',
  clarified: '给了选项',
  smalltalk: '闲聊',
  kept: '没有转人工',
};

export const got: Record<string, string> = {
  answer: '回答',
  clarify: '选项',
  fallback: '没听懂或婉拒',
  text: '寒暄',
  form: '表单',
  card: '卡片',
  handoff: '转人工',
};

export const sets: Record<string, string> = {
  knowledge: '知识',
  vague: '模糊的说法',
  out_of_scope: '范围之外',
  handoff: '转人工',
  first: '开场的第一句',
  dialogues: '多轮对话',
  typing: '输入联想',
};

export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} 秒` : `${Math.floor(whole / 60)} 分 ${whole % 60} 秒`;
}

/** An index is named by a digest: its beginning tells it apart. */
export const shortVersion = (version: string): string =>
  version.length > 20 ? version.slice(0, 10) : version;

export const trainingsKey = ['editor', 'trainings'] as const;
export const trainingKey = (id: string) => ['editor', 'training', id] as const;
