import type { Message } from '@kefu/api';
import { Icon, toast } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { useAction } from './useAction.ts';
import { useDismiss } from './useDismiss.ts';

/** What can be done with a message to or from a person. */
export function MessageActions({ message }: { message: Message }) {
  const visitor = useVisitor();
  const withPerson = useVisitorState(
    ({ state, conversationId }) =>
      (state === 'human' || state === 'queued') && conversationId === message.conversation_id,
  );
  const seconds = useVisitorState((state) => state.limits.recall_seconds);
  const details = useDismiss();
  const [busy, run] = useAction();
  if (!withPerson || (message.kind !== 'text' && message.kind !== 'image')) return null;
  const fresh = Date.now() - new Date(message.created_at).getTime() < seconds * 1000;
  const then = (action: () => void) => () => {
    if (details.current) details.current.open = false;
    action();
  };
  return (
    <details class="kf-actions" ref={details}>
      <summary aria-label={texts.actions}>
        <Icon type="more" />
      </summary>
      <div>
        {message.kind === 'text' && (
          <button type="button" class="kf-link" onClick={then(() => copy(message.content.text))}>
            {texts.copy}
          </button>
        )}
        <button type="button" class="kf-link" onClick={then(() => visitor.quote(message))}>
          {texts.quote}
        </button>
        {message.sender === 'customer' && fresh && (
          <button
            type="button"
            class="kf-link"
            disabled={busy}
            onClick={then(() => run(() => visitor.recall(message)))}
          >
            {texts.recall}
          </button>
        )}
      </div>
    </details>
  );
}

function copy(text: string): void {
  navigator.clipboard
    ?.writeText(text)
    .then(() => toast.success(texts.copied))
    .catch(() => undefined);
}
