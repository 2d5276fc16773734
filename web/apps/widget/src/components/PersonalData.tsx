/** What is kept of the customer: to take along, to have erased, to think better of it. */

import type { PrivacyState } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor } from '../visitor/context.tsx';
import { keepEscape } from './keepEscape.ts';
import { saveFile } from './saveFile.ts';
import { useAction } from './useAction.ts';

export function PersonalData() {
  const visitor = useVisitor();
  const [state, setState] = useState<PrivacyState>();
  const [busy, run] = useAction();
  useEffect(() => {
    visitor.api.privacy().then(setState, () => undefined);
  }, [visitor]);
  const save = () => run(async () => saveFile(await visitor.api.exportPrivacy(), 'kefu.zip'));
  const ask = () => run(async () => setState(await visitor.api.askErasure()));
  const withdraw = () => run(async () => setState(await visitor.api.withdrawErasure()));
  return (
    <div class="kf-personal" data-testid="personal-data">
      <p>{texts.personalWhat}</p>
      {state?.notice_at && (
        <p class="kf-muted">
          {texts.personalNotice(formatDateTime(state.notice_at), state.notice_version)}
        </p>
      )}
      <Button block disabled={busy} onClick={save}>
        {texts.personalExport}
      </Button>
      {state?.erasure ? (
        <div class="kf-personal-asked" role="status">
          <p>
            {texts.personalAsked(state.erasure.number, formatDateTime(state.erasure.due_at ?? ''))}
          </p>
          <Button block disabled={busy} onClick={withdraw}>
            {texts.personalWithdraw}
          </Button>
        </div>
      ) : (
        <Erasure busy={busy || !state} days={state?.days ?? 0} onConfirm={ask} />
      )}
    </div>
  );
}

type ErasureProps = { busy: boolean; days: number; onConfirm: () => void };

/** What cannot be undone is asked twice, the second time with all that it means. */
function Erasure({ busy, days, onConfirm }: ErasureProps) {
  const [asking, setAsking] = useState(false);
  const question = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (asking) question.current?.focus();
  }, [asking]);
  if (!asking) {
    return (
      <Button block disabled={busy} onClick={() => setAsking(true)}>
        {texts.personalErase}
      </Button>
    );
  }
  return (
    <div
      class="kf-personal-confirm"
      role="alertdialog"
      aria-label={texts.personalErase}
      aria-describedby="kf-erase-means"
      tabIndex={-1}
      ref={question}
    >
      <p id="kf-erase-means">{texts.personalMeans(days)}</p>
      <Button block color="primary" className="kf-danger" disabled={busy} onClick={onConfirm}>
        {texts.personalConfirm}
      </Button>
      <Button block disabled={busy} onClick={() => setAsking(false)}>
        {texts.personalKeep}
      </Button>
    </div>
  );
}

/** A button that shows the same in a window of its own. */
export function PersonalDataButton(props: { class: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  return (
    <>
      <button type="button" class={props.class} onClick={() => setOpen(true)}>
        {texts.privacyAsk}
      </button>
      {open && (
        <dialog
          class="kf-dialog"
          ref={dialog}
          aria-label={texts.personalTitle}
          onClose={() => setOpen(false)}
          onKeyDown={keepEscape}
        >
          <form method="dialog" class="kf-dialog-head">
            <h2>{texts.personalTitle}</h2>
            <button class="kf-icon-button" type="submit" aria-label={texts.close}>
              <Icon type="close" />
            </button>
          </form>
          <PersonalData />
        </dialog>
      )}
    </>
  );
}
