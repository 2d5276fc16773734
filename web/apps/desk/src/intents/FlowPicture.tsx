import type { FlowView } from '@kefu/api';
import { useMemo } from 'react';
import { flowGraph, NODE } from './flowGraph.ts';

type Props = { flows: FlowView[]; onOpen: (flow: string) => void };

/** What customers say and what the bot does then, from left to right. */
export function FlowPicture({ flows, onOpen }: Props) {
  const graph = useMemo(() => flowGraph(flows), [flows]);
  return (
    <div className="flow-scroll">
      <svg
        className="flow-picture"
        width={graph.width}
        height={graph.height}
        viewBox={`0 0 ${graph.width} ${graph.height}`}
        role="img"
        aria-label={`${flows.length} 条规则与故事的流程`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 L8 4 L0 8 z" className="flow-arrow" />
          </marker>
        </defs>
        {graph.edges.map((edge) => (
          <path
            key={edge.id}
            className="flow-edge"
            markerEnd="url(#arrow)"
            d={edge.points.map(({ x, y }, at) => `${at ? 'L' : 'M'}${x} ${y}`).join(' ')}
          />
        ))}
        {graph.nodes.map((node) => (
          // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in an SVG
          <g
            key={node.id}
            role="button"
            tabIndex={0}
            aria-label={`${node.title}：${node.flows.join('、')}`}
            className={`flow-node flow-${node.kind}`}
            transform={`translate(${node.x - NODE.width / 2} ${node.y - NODE.height / 2})`}
            onClick={() => node.flows[0] && onOpen(node.flows[0])}
            onKeyDown={(event) => event.key === 'Enter' && node.flows[0] && onOpen(node.flows[0])}
          >
            <title>{`${node.flows.join('、')}`}</title>
            <rect width={NODE.width} height={NODE.height} rx={node.kind === 'intent' ? 23 : 8} />
            <text x={NODE.width / 2} y={node.title === node.name ? 28 : 20} textAnchor="middle">
              {node.title}
            </text>
            {node.title !== node.name && (
              <text x={NODE.width / 2} y={36} textAnchor="middle" className="flow-name">
                {node.name}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}
