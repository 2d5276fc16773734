import { useRef } from 'preact/hooks';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { useAction } from './useAction.ts';

export function Attach() {
  const visitor = useVisitor();
  const ready = useVisitorState((state) => state.phase === 'ready');
  const input = useRef<HTMLInputElement>(null);
  const [busy, run] = useAction();
  const send = () => {
    const { current } = input;
    const files = [...(current?.files ?? [])];
    if (current) current.value = '';
    run(async () => {
      for (const file of files) await visitor.sendPicture(file);
    });
  };
  return (
    <>
      <button
        type="button"
        class="kf-icon-button"
        aria-label={texts.attach}
        disabled={!ready || busy}
        onClick={() => input.current?.click()}
      >
        <Icon type="image" />
      </button>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/gif,image/webp"
        multiple
        hidden
        data-testid="picture-input"
        onChange={send}
      />
    </>
  );
}
