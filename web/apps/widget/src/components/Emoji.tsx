import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useDismiss } from './useDismiss.ts';

const EMOJI = [...'😀😄😊😍🤔😅😂😭😡😱😴🙄', ...'👍👎👌🙏👏💪🤝🎉🌹💔📦🚚'];

export function Emoji({ onPick }: { onPick: (emoji: string) => void }) {
  const details = useDismiss();
  const pick = (emoji: string) => {
    if (details.current) details.current.open = false;
    onPick(emoji);
  };
  return (
    <details class="kf-emoji" ref={details}>
      <summary class="kf-icon-button" aria-label={texts.emoji}>
        <Icon type="smile" />
      </summary>
      <div class="kf-emoji-panel">
        {EMOJI.map((emoji) => (
          <button type="button" key={emoji} onClick={() => pick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </details>
  );
}
