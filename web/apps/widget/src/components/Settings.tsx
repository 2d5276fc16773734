import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { usePreferences, useShell, useVisitor } from '../visitor/context.tsx';
import type { Preferences } from '../visitor/preferences.ts';
import { PersonalDataButton } from './PersonalData.tsx';
import { saveFile } from './saveFile.ts';
import { useAction } from './useAction.ts';
import { useDismiss } from './useDismiss.ts';

/** Colours, size of text, sound, language, and the conversation to take along. */
export function Settings() {
  const details = useDismiss();
  return (
    <details class="kf-settings" ref={details} data-testid="settings">
      <summary class="kf-icon-button" aria-label={texts.settings}>
        <Icon type="settings" />
      </summary>
      <div class="kf-settings-panel">
        <Choice name="theme" label={texts.theme} choices={texts.themes} />
        <Choice name="textSize" label={texts.textSize} choices={texts.textSizes} />
        <Choice name="sound" label={texts.sound} choices={texts.sounds} />
        <Choice name="language" label={texts.language} choices={texts.languages} />
        <Transcript />
        <PersonalDataButton class="kf-settings-link" />
      </div>
    </details>
  );
}

type ChoiceProps = { name: keyof Preferences; label: string; choices: Record<string, string> };

function Choice({ name, label, choices }: ChoiceProps) {
  const chosen = usePreferences()[name];
  const { preferences } = useShell();
  return (
    <fieldset class="kf-choice">
      <legend>{label}</legend>
      {Object.entries(choices).map(([value, title]) => (
        <label key={value} data-on={value === chosen}>
          <input
            type="radio"
            class="kf-hidden"
            name={`kf-${name}`}
            checked={value === chosen}
            onChange={() => preferences.setState({ [name]: value })}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

function Transcript() {
  const visitor = useVisitor();
  const [busy, run] = useAction();
  const save = (kind: 'txt' | 'html') =>
    run(async () => {
      saveFile(await visitor.api.transcript(kind), `kefu.${kind}`);
    });
  return (
    <fieldset class="kf-choice" disabled={busy}>
      <legend>{texts.transcript}</legend>
      <button type="button" onClick={() => save('txt')}>
        {texts.transcripts.txt}
      </button>
      <button type="button" onClick={() => save('html')}>
        {texts.transcripts.html}
      </button>
    </fieldset>
  );
}
