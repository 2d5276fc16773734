import type { Entry } from '@kefu/chat';
import { Bubble, Icon } from '../chat/index.ts';
import { texts } from '../texts.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import type { Letter } from '../visitor/storage.ts';

/** A message that the service has not confirmed: on its way, waiting for the network, or refused. */
export function PendingItem({ entry }: { entry: Entry<Letter> }) {
  const visitor = useVisitor();
  const lost = useVisitorState((state) => state.connection === 'lost');
  const failed = entry.status === 'failed';
  return (
    <div class="kf-row kf-row--customer" data-testid="pending" data-status={entry.status}>
      <Bubble type="text" content={entry.body.label} />
      <p class="kf-status" data-status={entry.status}>
        {failed ? (
          <>
            <Icon type="warning-circle-fill" />
            {entry.problem ?? texts.failed}
            <button type="button" class="kf-link" onClick={() => visitor.retry(entry.id)}>
              {texts.resend}
            </button>
            <button type="button" class="kf-link" onClick={() => visitor.discard(entry.id)}>
              {texts.remove}
            </button>
          </>
        ) : lost ? (
          texts.waitingNetwork
        ) : (
          texts.sending
        )}
      </p>
    </div>
  );
}
