import { useRef } from 'preact/hooks';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';

const EMOJI = [...'😀😄😊😍🤔😅😂😭😡😱😴🙄', ...'👍👎👌🙏👏💪🤝🎉🌹💔📦🚚'];

export function Emoji({ onPick }: { onPick: (emoji: string) => void }) {
  const details = useRef<HTMLDetailsElement>(null);
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
