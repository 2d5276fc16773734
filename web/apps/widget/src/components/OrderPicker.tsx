import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitorState } from '../visitor/context.tsx';
import { useDismiss } from './useDismiss.ts';

/** Names an order in what is being written; nobody should have to copy a number. */
export function OrderPicker({ onPick }: { onPick: (text: string) => void }) {
  const orders = useVisitorState((state) => state.hall?.orders);
  const details = useDismiss();
  if (!orders?.length) return null;
  const pick = (orderNo: string) => {
    if (details.current) details.current.open = false;
    onPick(texts.orderMention(orderNo));
  };
  return (
    <details class="kf-emoji" ref={details}>
      <summary class="kf-icon-button" aria-label={texts.pickOrder}>
        <Icon type="order" />
      </summary>
      <ul class="kf-emoji-panel kf-order-picker" aria-label={texts.hallOrders}>
        {orders.map(({ order_no, items, state_text }) => (
          <li key={order_no}>
            <button type="button" onClick={() => pick(order_no)}>
              {items[0]?.title}
              <small>
                {state_text} · {order_no}
              </small>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
