import { texts } from '../texts/index.ts';
import { useVisitorState } from '../visitor/context.tsx';

export function Privacy() {
  const text = useVisitorState((state) => state.hall?.privacy.text) || texts.privacyText;
  return (
    <details class="kf-privacy">
      <summary>
        {texts.privacy}
        <span>{texts.privacyMore}</span>
      </summary>
      <p>{text}</p>
    </details>
  );
}
