import type { FeedbackReason, MessageOf } from '@kefu/api';
import { renderMarkdown } from '@kefu/chat';
import { createElement } from 'preact';
import { Bubble, Icon } from '../../chat/index.ts';
import { texts } from '../../texts/index.ts';
import { useVisitor, useVisitorState } from '../../visitor/context.tsx';
import { OptionChips } from '../Options.tsx';
import { useAction } from '../useAction.ts';

type AnswerProps = { message: MessageOf<'answer'>; latest: boolean };

export function Answer({ message, latest }: AnswerProps) {
  const { text, source, related } = message.content;
  return (
    <>
      <Bubble type="richtext">
        <div class="kf-markdown">{renderMarkdown(createElement, text)}</div>
        {source && (
          <p class="kf-source">
            <Icon type="source" />
            {texts.source(source.title, source.revision)}
          </p>
        )}
        <footer class="kf-answer-foot">
          <span class="kf-ai">{texts.aiLabel}</span>
          <Feedback messageId={message.id} />
        </footer>
      </Bubble>
      <WhyUseless messageId={message.id} />
      {latest && <OptionChips options={related ?? []} label={texts.related} />}
    </>
  );
}

function Feedback({ messageId }: { messageId: string }) {
  const visitor = useVisitor();
  const given = useVisitorState((state) => state.feedback[messageId]);
  const [busy, run] = useAction();
  const button = (useful: boolean, label: string, icon: string) => (
    <button
      type="button"
      class="kf-feedback"
      aria-pressed={given?.useful === useful}
      disabled={busy}
      onClick={() => given?.useful !== useful && run(() => visitor.giveFeedback(messageId, useful))}
    >
      <Icon type={icon} />
      {label}
    </button>
  );
  return (
    <span class="kf-feedbacks">
      {button(true, texts.useful, 'thumbs-up')}
      {button(false, texts.useless, 'thumbs-down')}
    </span>
  );
}

/** After 没用: one more tap says what was wrong. */
function WhyUseless({ messageId }: { messageId: string }) {
  const visitor = useVisitor();
  const given = useVisitorState((state) => state.feedback[messageId]);
  const [busy, run] = useAction();
  if (given?.useful !== false) return null;
  if (given.reason) return <p class="kf-status">{texts.thanksForReason}</p>;
  const reasons = Object.entries(texts.uselessReasons) as [FeedbackReason, string][];
  return (
    <fieldset class="kf-why">
      <legend>{texts.whyUseless}</legend>
      {reasons.map(([reason, label]) => (
        <button
          type="button"
          class="kf-chip"
          key={reason}
          disabled={busy}
          onClick={() => run(() => visitor.giveFeedback(messageId, false, reason))}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
