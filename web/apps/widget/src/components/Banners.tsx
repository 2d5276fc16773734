import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { queueWords } from './queueWords.ts';
import { useAction } from './useAction.ts';

export function Banners() {
  return (
    <div class="kf-banners" aria-live="polite">
      <ConnectionBanner />
      <NoticeBanner />
      <QueueBanner />
    </div>
  );
}

/** A blink of the network is not worth a word: only what lasts is said. */
function ConnectionBanner() {
  const lost = useVisitorState((state) => state.connection === 'lost' && state.phase === 'ready');
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? 1200 : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!shown) return null;
  return (
    <p class="kf-banner kf-banner--warning" data-testid="connection-banner">
      <Icon type="spinner" spin />
      {texts.lost}
    </p>
  );
}

function NoticeBanner() {
  const notice = useVisitorState((state) => state.notice);
  if (!notice) return null;
  return (
    <p class="kf-banner kf-banner--warning">
      <Icon type="warning-circle" />
      {notice}
    </p>
  );
}

function QueueBanner() {
  const visitor = useVisitor();
  const state = useVisitorState((all) => all.state);
  const queue = useVisitorState((all) => all.queue);
  const [busy, run] = useAction();
  if (state !== 'queued') return null;
  const words = queueWords(queue);
  return (
    <div class="kf-banner" data-testid="queue-banner">
      <Icon type="agent" />
      <span class="kf-banner-text">
        {words.place}
        {words.wait && <small>{words.wait}</small>}
      </span>
      <button
        type="button"
        class="kf-banner-action"
        disabled={busy}
        onClick={() => run(() => visitor.leaveQueue())}
      >
        {texts.leaveQueue}
      </button>
    </div>
  );
}
