import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor } from '../visitor/context.tsx';
import { keepEscape } from './keepEscape.ts';

/** A picture in the conversation; a tap shows it large. */
export function Picture({ id, own }: { id: string; own: boolean }) {
  const pictures = useVisitor().pictures;
  const [address, setAddress] = useState('');
  const [failed, setFailed] = useState(false);
  const load = useCallback(() => {
    setFailed(false);
    pictures.get(id).then(setAddress, () => setFailed(true));
  }, [pictures, id]);
  useEffect(load, [load]);
  if (failed) {
    return (
      <button type="button" class="kf-picture-failed" onClick={load}>
        <Icon type="warning-circle" />
        {texts.pictureFailed}
      </button>
    );
  }
  if (!address) return <div class="kf-picture kf-picture--empty" />;
  return <OpenablePicture address={address} alt={own ? texts.ownPicture : texts.theirPicture} />;
}

function OpenablePicture({ address, alt }: { address: string; alt: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button
        type="button"
        class="kf-picture"
        aria-label={`${texts.openPicture}：${alt}`}
        onClick={() => dialog.current?.showModal()}
      >
        <img src={address} alt={alt} />
      </button>
      {/* A dialog closes by Escape and keeps the focus by itself. */}
      <dialog class="kf-lightbox" ref={dialog} aria-label={alt} onKeyDown={keepEscape}>
        <form method="dialog">
          <button class="kf-lightbox-close" type="submit" aria-label={texts.close}>
            <Icon type="close" />
          </button>
        </form>
        <img src={address} alt={alt} />
      </dialog>
    </>
  );
}
