import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';

/** The message that the next one will answer. */
export function QuoteBar() {
  const visitor = useVisitor();
  const quoting = useVisitorState((state) => state.quoting);
  if (!quoting) return null;
  const who = quoting.sender === 'customer' ? texts.you : texts.agent;
  return (
    <div class="kf-quoting">
      <p>
        <small>{texts.quoting(who)}</small>
        {quoting.kind === 'text' ? quoting.content.text : texts.image}
      </p>
      <button
        type="button"
        class="kf-icon-button"
        aria-label={texts.cancelQuote}
        onClick={() => visitor.quote(null)}
      >
        <Icon type="close" />
      </button>
    </div>
  );
}
