import type { Message, MessageOf, Quote } from '@kefu/api';
import { optionTitle } from '@kefu/chat';
import type { ComponentChildren } from 'preact';
import { Bubble } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitorState } from '../visitor/context.tsx';
import { hallOptions } from './hallOptions.ts';
import { Answer } from './kinds/Answer.tsx';
import { Card } from './kinds/Card.tsx';
import { Form } from './kinds/Form.tsx';
import { Handoff } from './kinds/Handoff.tsx';
import { MessageActions } from './MessageActions.tsx';
import { OptionChips, OptionList } from './Options.tsx';
import { Picture } from './Picture.tsx';
import { RatingPanel } from './RatingPanel.tsx';

type ItemProps = { message: Message; latest: boolean };

export function MessageItem({ message, latest }: ItemProps) {
  if (message.recalled) return <p class="kf-divider">{texts.recalled}</p>;
  if (message.kind === 'notice') return <p class="kf-divider">{message.content.text}</p>;
  if (message.sender === 'customer') return <OwnMessage message={message} latest={latest} />;
  return (
    <div class={`kf-row kf-row--${message.sender}`} data-testid="message" data-kind={message.kind}>
      <span class="kf-hidden">{message.sender === 'agent' ? texts.agent : texts.bot}</span>
      <Body message={message} latest={latest} />
      {message.sender === 'agent' && <MessageActions message={message} />}
    </div>
  );
}

function Body({ message, latest }: ItemProps): ComponentChildren {
  switch (message.kind) {
    case 'text':
      return (
        <Bubble type="text">
          <Quoted quote={message.content.quote} />
          <p>{message.content.text}</p>
        </Bubble>
      );
    case 'image':
      return (
        <>
          <Quoted quote={message.content.quote} />
          <Picture id={message.content.upload_id} own={false} />
        </>
      );
    case 'answer':
      return <Answer message={message} latest={latest} />;
    case 'clarify':
      return <Clarify message={message} latest={latest} />;
    case 'fallback':
      return <Fallback message={message} />;
    case 'card':
      return <Card content={message.content} />;
    case 'form':
      return 'fields' in message.content ? (
        <Form messageId={message.id} content={message.content} latest={latest} />
      ) : null;
    case 'handoff':
      return <Handoff message={message} />;
    case 'survey':
      return <Survey message={message} />;
    default:
      return <Bubble type="text" content={texts.unknownKind} />;
  }
}

/** The words that a message answers, as they read then. */
function Quoted({ quote }: { quote?: Quote }) {
  if (!quote) return null;
  return <blockquote class="kf-quote">{quote.text}</blockquote>;
}

type ClarifyProps = { message: MessageOf<'clarify'>; latest: boolean };

function Clarify({ message, latest }: ClarifyProps) {
  return (
    <div class="kf-panel">
      <p class="kf-panel-text">{message.content.text}</p>
      <OptionList
        options={message.content.options}
        more={latest ? message.content.more : undefined}
        numbered
        label={message.content.text}
      />
      <p class="kf-panel-hint">{texts.clarifyHint}</p>
    </div>
  );
}

function Fallback({ message }: { message: MessageOf<'fallback'> }) {
  return (
    <>
      <Bubble type="text" content={message.content.text} />
      <OptionChips options={message.content.options} label={texts.suggestions} />
    </>
  );
}

/** Asked once, at the end; in an older conversation it is only a trace of having been asked. */
function Survey({ message }: { message: MessageOf<'survey'> }) {
  const past = useVisitorState((state) => state.past.has(message.conversation_id));
  if (past) return <p class="kf-divider">{texts.surveyAsked}</p>;
  const { conversation_id, content } = message;
  return <RatingPanel conversationId={conversation_id} title={content.questions[0]?.label} />;
}

function OwnMessage({ message, latest }: ItemProps) {
  const human = useVisitorState((state) => state.state === 'human');
  const read = useVisitorState((state) => state.agentRead >= message.seq);
  return (
    <div class="kf-row kf-row--customer" data-testid="message" data-kind={message.kind}>
      <span class="kf-hidden">{texts.you}</span>
      {message.kind === 'image' ? (
        <>
          <Quoted quote={message.content.quote} />
          <Picture id={message.content.upload_id} own />
        </>
      ) : (
        <Bubble type="text">
          {message.kind === 'text' && <Quoted quote={message.content.quote} />}
          <p>
            <OwnText message={message} />
          </p>
        </Bubble>
      )}
      <MessageActions message={message} />
      {human && latest && <p class="kf-status">{read ? texts.read : texts.unread}</p>}
    </div>
  );
}

function OwnText({ message }: { message: Message }) {
  const messages = useVisitorState((state) => state.timeline.messages);
  const hall = useVisitorState((state) => state.hall);
  switch (message.kind) {
    case 'text':
      return <>{message.content.text}</>;
    case 'option':
      return (
        <>
          {message.content.title ??
            optionTitle(message.content.option_id, messages, hallOptions(hall)) ??
            texts.chosen}
        </>
      );
    case 'form':
      return <>{texts.formSubmitted(message.content.title ?? '')}</>;
    default:
      return <>{texts.unknownKind}</>;
  }
}
