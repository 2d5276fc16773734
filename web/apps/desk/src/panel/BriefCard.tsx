import type { Brief } from '@kefu/api';
import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { describeOutcome } from './outcomes.ts';

const CALM = '平静';

/** What the agent must know in five seconds: what is wanted, why here, what was tried. */
export function BriefCard({ brief }: { brief: Brief }) {
  return (
    <section className="panel-card brief" aria-label="交接摘要" data-testid="brief">
      <h2>
        交接摘要
        {brief.mood && (
          <Tag color={brief.mood === CALM ? undefined : 'orange'} variant="filled">
            {brief.mood}
          </Tag>
        )}
      </h2>
      <p className="brief-wanted">{brief.wanted}</p>
      <dl>
        <Row label="转人工原因">{brief.reason}</Row>
        {brief.order_no && <Row label="订单">{brief.order_no}</Row>}
        {brief.unanswered && <Row label="还没回答">“{brief.unanswered}”</Row>}
        {brief.entities.length > 0 && (
          <Row label="提到">
            {brief.entities.map((entity) => (
              <Tag key={`${entity.name}${entity.value}`} variant="filled">
                {entity.name} {entity.value}
              </Tag>
            ))}
          </Row>
        )}
        {brief.tried.length > 0 && (
          <Row label="已经试过">
            <ul className="brief-tried">
              {brief.tried.map((step) => (
                <li key={step.question}>
                  {step.question}{' '}
                  <span className="muted">{describeOutcome(step.outcome).text}</span>
                </li>
              ))}
            </ul>
          </Row>
        )}
      </dl>
    </section>
  );
}

function Row(props: { label: string; children: ReactNode }) {
  return (
    <div className="row">
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
