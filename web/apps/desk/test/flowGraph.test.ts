import type { FlowView } from '@kefu/api';
import { expect, test } from 'vitest';
import { flowGraph } from '../src/intents/flowGraph.ts';

const step = (kind: 'intent' | 'action', name: string) => ({ kind, name, title: name });
const flow = (name: string, ...steps: FlowView['steps']): FlowView => ({
  kind: 'story',
  name,
  path: 'stories/a.yml',
  line: 1,
  condition: [],
  steps,
});

test('what begins alike is drawn once, and every step stands right of the one before', () => {
  const ask = [step('intent', 'ask'), step('action', 'answer')];
  const graph = flowGraph([
    flow('甲', ...ask, step('intent', 'yes')),
    flow('乙', ...ask, step('intent', 'no')),
  ]);
  expect(graph.nodes.map((node) => node.name)).toEqual(['ask', 'answer', 'yes', 'no']);
  expect(graph.nodes[1]?.flows).toEqual(['甲', '乙']);
  expect(graph.edges).toHaveLength(3);
  const [first, second, third] = graph.nodes;
  expect(first && second && third && first.x < second.x && second.x < third.x).toBe(true);
});
