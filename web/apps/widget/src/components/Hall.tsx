/** The service hall: what a customer most likely came for, one tap away, before a word is typed. */

import type { Hall as HallData, HallOrder, Option } from '@kefu/api';
import { formatMoney } from '@kefu/chat';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor } from '../visitor/context.tsx';
import { OptionList } from './Options.tsx';

export function Hall({ hall }: { hall: HallData }) {
  const visitor = useVisitor();
  return (
    <section class="kf-hall" aria-label={texts.hall} data-testid="hall">
      {hall.announcement && (
        <p class="kf-announcement">
          <Icon type="bullhorn" />
          <span>{hall.announcement}</span>
        </p>
      )}
      <div class="kf-greeting">
        <h2>{hall.greeting}</h2>
        <p>{hall.hours ? texts.hours(hall.hours) : texts.botSubtitle}</p>
      </div>
      {hall.orders.length > 0 && (
        <HallPart title={texts.hallOrders}>
          <ul class="kf-orders">
            {hall.orders.map((order) => (
              <li key={order.order_no}>
                <OrderTile order={order} />
              </li>
            ))}
          </ul>
        </HallPart>
      )}
      {hall.tools.length > 0 && (
        <HallPart title={texts.hallTools}>
          <Tools options={hall.tools} />
        </HallPart>
      )}
      {hall.recommendations.length > 0 && (
        <HallPart title={texts.hallRecommended}>
          <Recommendations options={hall.recommendations} />
        </HallPart>
      )}
      {hall.asked.length > 0 && (
        <HallPart title={texts.asked}>
          <ul class="kf-chips" aria-label={texts.asked}>
            {hall.asked.map((question) => (
              <li key={question}>
                <button type="button" class="kf-chip" onClick={() => visitor.sendText(question)}>
                  {question}
                </button>
              </li>
            ))}
          </ul>
        </HallPart>
      )}
      {hall.hot.length > 0 && (
        <HallPart title={texts.hallHot}>
          <OptionList options={hall.hot} numbered label={texts.hallHot} />
        </HallPart>
      )}
    </section>
  );
}

function HallPart(props: { title: string; children: preact.ComponentChildren }) {
  return (
    <section class="kf-hall-part">
      <h3>{props.title}</h3>
      {props.children}
    </section>
  );
}

function OrderTile({ order }: { order: HallOrder }) {
  const visitor = useVisitor();
  const [first] = order.items;
  const count = order.items.reduce((sum, item) => sum + item.quantity, 0);
  return (
    <article class="kf-order-tile">
      <header>
        <span class="kf-state">{order.state_text}</span>
        <span class="kf-muted">{order.order_no}</span>
      </header>
      <p class="kf-order-title">{first?.title}</p>
      <p class="kf-muted">
        {formatMoney(order.total)}
        {count > 1 && ` · ${texts.itemsMore(count)}`}
      </p>
      <p class="kf-order-ask">{order.question}</p>
      <ul class="kf-order-options">
        {order.options.map((option) => (
          <li key={option.id}>
            <button type="button" onClick={() => visitor.choose(option)}>
              {option.title}
              <Icon type="chevron-right" />
            </button>
          </li>
        ))}
      </ul>
    </article>
  );
}

function Recommendations({ options }: { options: Option[] }) {
  const visitor = useVisitor();
  return (
    <ul class="kf-options">
      {options.map((option) => {
        const reason = reasonText(option.reason);
        return (
          <li key={option.id}>
            <button type="button" class="kf-option" onClick={() => visitor.choose(option)}>
              <span class="kf-option-title">
                {option.title}
                {reason && <small>{reason}</small>}
              </span>
              <Icon type="chevron-right" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Reasons are codes; one that is already a Chinese sentence is shown as it is. */
function reasonText(reason: string | null | undefined): string | null {
  if (!reason) return null;
  return texts.reasons[reason] ?? (/[\u4e00-\u9fff]/.test(reason) ? reason : null);
}

/** The first pattern that fits the option's key decides on its picture. */
const toolIcons: [pattern: RegExp, icon: string][] = [
  [/human|agent/, 'agent'],
  [/urge/, 'bell'],
  [/logistic|track|parcel|ship/, 'truck'],
  [/exchange/, 'exchange'],
  [/refund|return/, 'refund'],
  [/invoice/, 'invoice'],
  [/coupon|promotion/, 'coupon'],
  [/address/, 'address'],
  [/complaint/, 'complaint'],
  [/order|cancel/, 'order'],
];

function Tools({ options }: { options: Option[] }) {
  const visitor = useVisitor();
  return (
    <ul class="kf-tools">
      {options.map((option) => (
        <li key={option.id}>
          <button type="button" class="kf-tool" onClick={() => visitor.choose(option)}>
            <span class="kf-tool-icon">
              <Icon type={toolIcon(option)} />
            </span>
            {option.title}
          </button>
        </li>
      ))}
    </ul>
  );
}

function toolIcon({ target }: Option): string {
  if (target.kind === 'human') return 'agent';
  return toolIcons.find(([pattern]) => pattern.test(target.key))?.[1] ?? 'question';
}
