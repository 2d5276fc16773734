import { ApiError, type HandoffContent, type Message, type MessageOf } from '@kefu/api';
import { formatTime, type Timeline } from '@kefu/chat';
import { useState } from 'preact/hooks';
import { Button, Icon } from '../../chat/index.ts';
import { texts } from '../../texts/index.ts';
import { useVisitor, useVisitorState } from '../../visitor/context.tsx';
import { queueWords } from '../queueWords.ts';
import { useAction } from '../useAction.ts';

/** Being handed over: while it lasts what it means, afterwards that it was asked for. */
export function Handoff({ message }: { message: MessageOf<'handoff'> }) {
  const { content } = message;
  const queued = useVisitorState(
    ({ state, timeline }) => state === 'queued' && latestHandoff(timeline) === message,
  );
  const { queue, off_hours, callback } = content;
  if (!queued && !callback) return <p class="kf-divider">{texts.askedHuman}</p>;
  const words = queued && queue ? queueWords(queue) : null;
  return (
    <div class="kf-panel kf-panel--handoff">
      <span class="kf-panel-icon">
        <Icon type="agent" />
      </span>
      <div>
        <p class="kf-panel-text">
          {off_hours ? texts.offHoursTitle : (words?.place ?? texts.queuedTitle)}
        </p>
        {off_hours && <OffHours content={content} />}
        {!off_hours && words?.wait && <p class="kf-panel-hint">{words.wait}</p>}
        {queued && (off_hours || queue?.eta_seconds === null) && <LeaveNumber />}
      </div>
    </div>
  );
}

function latestHandoff({ messages }: Timeline): Message | undefined {
  return messages.filter(({ kind }) => kind === 'handoff').pop();
}

/** Nobody is there: a number is enough, nobody has to keep the page open. */
function LeaveNumber() {
  const visitor = useVisitor();
  const [phone, setPhone] = useState('');
  const [text, setText] = useState('');
  const [left, setLeft] = useState(false);
  const [busy, run] = useAction();
  if (left) return null;
  const submit = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    run(async () => {
      if (!/^1[3-9]\d{9}$/.test(phone)) throw new ApiError(422, { title: texts.formPhone });
      await visitor.leaveCallback(phone, text);
      setLeft(true);
    });
  };
  return (
    <form class="kf-leave" onSubmit={submit} noValidate>
      <input
        class="kf-input"
        type="tel"
        autocomplete="tel"
        aria-label={texts.leavePhone}
        placeholder={texts.leavePhone}
        value={phone}
        onInput={(event) => setPhone(event.currentTarget.value.trim())}
      />
      <input
        class="kf-input"
        aria-label={texts.leaveText}
        placeholder={texts.leaveText}
        maxLength={500}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button color="primary" type="submit" disabled={busy}>
        {texts.leaveSubmit}
      </Button>
    </form>
  );
}

function OffHours({ content: { off_hours, callback } }: { content: HandoffContent }) {
  const reopens = off_hours?.reopens_at;
  return (
    <>
      <p class="kf-panel-hint">
        {reopens ? texts.offHours(formatTime(reopens)) : texts.offHoursUnknown}
      </p>
      {callback && <p class="kf-panel-hint">{texts.callback(callback.number)}</p>}
    </>
  );
}
