import { texts } from '../texts/index.ts';
import { useVisitorState } from '../visitor/context.tsx';
import { PersonalDataButton } from './PersonalData.tsx';

export function Privacy() {
  const text = useVisitorState((state) => state.hall?.privacy.text) || texts.privacyText;
  return (
    <details class="kf-privacy">
      <summary>
        {texts.privacy}
        <span>{texts.privacyMore}</span>
      </summary>
      <div>
        {text}
        <PersonalDataButton class="kf-link" />
      </div>
    </details>
  );
}
