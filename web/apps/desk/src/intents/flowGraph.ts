/** Rules and stories as one graph: what begins alike is drawn once. */

import dagre from '@dagrejs/dagre';
import type { FlowView } from '@kefu/api';

type StepView = FlowView['steps'][number];
export type FlowNode = {
  id: string;
  kind: StepView['kind'] | 'start';
  title: string;
  name: string;
  flows: string[];
  x: number;
  y: number;
};
export type FlowEdge = { id: string; points: { x: number; y: number }[] };
export type FlowGraph = { nodes: FlowNode[]; edges: FlowEdge[]; width: number; height: number };

export const NODE = { width: 150, height: 46 };

export function flowGraph(flows: FlowView[]): FlowGraph {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 44, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const nodes = new Map<string, FlowNode>();
  for (const flow of flows) {
    let before = '';
    for (const step of [...flow.condition, ...flow.steps]) {
      const id = `${before}/${step.kind}:${step.name}`;
      const there = nodes.get(id);
      if (there) there.flows.push(flow.name);
      else {
        nodes.set(id, { ...step, id, flows: [flow.name], x: 0, y: 0 });
        graph.setNode(id, { ...NODE });
      }
      if (before) graph.setEdge(before, id);
      before = id;
    }
  }
  dagre.layout(graph);
  for (const node of nodes.values()) {
    const { x, y } = graph.node(node.id);
    node.x = x;
    node.y = y;
  }
  const edges = graph
    .edges()
    .map(({ v, w }) => ({ id: `${v} ${w}`, points: graph.edge(v, w).points }));
  const { width = 0, height = 0 } = graph.graph();
  return { nodes: [...nodes.values()], edges, width, height };
}
