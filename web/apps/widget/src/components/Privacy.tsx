import { texts } from '../texts/index.ts';
import { zh } from '../texts/zh.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';

export function Privacy() {
  const visitor = useVisitor();
  const text = useVisitorState((state) => state.hall?.privacy.text) || texts.privacyText;
  return (
    <details class="kf-privacy">
      <summary>
        {texts.privacy}
        <span>{texts.privacyMore}</span>
      </summary>
      <p>
        {text}
        <button type="button" class="kf-link" onClick={() => visitor.sendText(zh.privacyAsk)}>
          {texts.privacyAsk}
        </button>
      </p>
    </details>
  );
}
