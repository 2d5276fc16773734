import type { Entry } from '@kefu/chat';
import { useEffect, useState } from 'preact/hooks';
import { Bubble, Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import type { Letter } from '../visitor/storage.ts';

/** A message that the service has not confirmed: on its way, waiting for the network, or refused. */
export function PendingItem({ entry }: { entry: Entry<Letter> }) {
  const visitor = useVisitor();
  const lost = useVisitorState((state) => state.connection === 'lost');
  const share = useVisitorState((state) => state.progress[entry.id]);
  const failed = entry.status === 'failed';
  return (
    <div class="kf-row kf-row--customer" data-testid="pending" data-status={entry.status}>
      {entry.body.kind === 'picture' ? (
        <PendingPicture picture={entry.body.picture} />
      ) : (
        <Bubble type="text" content={entry.body.label} />
      )}
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
        ) : share !== undefined && share < 1 ? (
          <>
            <progress value={share} aria-label={texts.uploading(Math.round(share * 100))} />
            {texts.uploading(Math.round(share * 100))}
          </>
        ) : (
          texts.sending
        )}
      </p>
    </div>
  );
}

function PendingPicture({ picture }: { picture: Blob }) {
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return <div class="kf-picture">{address && <img src={address} alt={texts.ownPicture} />}</div>;
}
