import type { HandoffContent } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { Icon } from '../../chat/index.ts';
import { texts } from '../../texts/index.ts';
import { useVisitorState } from '../../visitor/context.tsx';
import { queueWords } from '../queueWords.ts';

/** Being handed over. How it goes on stands in the banner, so an old place is not shown later. */
export function Handoff({ content }: { content: HandoffContent }) {
  const queued = useVisitorState((state) => state.state === 'queued');
  const { queue, off_hours } = content;
  const words = queued && queue ? queueWords(queue) : null;
  return (
    <div class="kf-panel kf-panel--handoff">
      <span class="kf-panel-icon">
        <Icon type="agent" />
      </span>
      <div>
        <p class="kf-panel-text">{off_hours ? texts.offHoursTitle : texts.queuedTitle}</p>
        {off_hours && <OffHours content={content} />}
        {!off_hours && words && (
          <p class="kf-panel-hint">{[words.place, words.wait].filter(Boolean).join('，')}</p>
        )}
      </div>
    </div>
  );
}

function OffHours({ content: { off_hours, callback } }: { content: HandoffContent }) {
  const reopens = off_hours?.reopens_at;
  return (
    <>
      <p class="kf-panel-hint">
        {reopens ? texts.offHours(formatDateTime(reopens)) : texts.offHoursUnknown}
      </p>
      {callback && <p class="kf-panel-hint">{texts.callback(callback.number)}</p>}
    </>
  );
}
