import type { Option } from '@kefu/api';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts.ts';
import { useVisitorState } from '../visitor/context.tsx';
import { useComposer } from './useComposer.ts';
import type { Suggestions } from './useSuggestions.ts';

const COUNT_BELOW = 200;
const LIST_ID = 'kf-suggestions';

export function Composer() {
  const { input, draft, left, sendable, send, pick, suggestions, events } = useComposer();
  const hint = useVisitorState(
    ({ hall, state }) => hall?.placeholders[state] ?? hall?.placeholder ?? texts.placeholder,
  );
  const active = suggestions.active >= 0 ? `${LIST_ID}-${suggestions.active}` : undefined;
  return (
    <footer class="kf-composer">
      <div class="kf-composer-inner">
        <SuggestionList suggestions={suggestions} onPick={pick} />
        <div class="kf-composer-box">
          <textarea
            ref={input}
            rows={1}
            value={draft}
            placeholder={hint}
            aria-label={texts.inputLabel}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={LIST_ID}
            aria-activedescendant={active}
            enterkeyhint="send"
            autocomplete="off"
            {...events}
          />
          <button
            type="button"
            class="kf-send"
            disabled={!sendable}
            aria-label={texts.send}
            onClick={send}
          >
            <Icon type="send" />
          </button>
        </div>
        {left < COUNT_BELOW && (
          <p class="kf-counter" data-over={left < 0} aria-live="polite">
            {texts.counter(left)}
          </p>
        )}
      </div>
    </footer>
  );
}

function SuggestionList(props: { suggestions: Suggestions; onPick: (option: Option) => void }) {
  const { items, active, setActive } = props.suggestions;
  return (
    <div
      id={LIST_ID}
      class="kf-suggestions"
      role="listbox"
      aria-label={texts.suggestions}
      hidden={items.length === 0}
    >
      {items.map((option, index) => (
        <button
          type="button"
          key={option.id}
          id={`${LIST_ID}-${index}`}
          class="kf-suggestion"
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onMouseEnter={() => setActive(index)}
          // The list must not take the focus from the input, or the phone's keyboard would close.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => props.onPick(option)}
        >
          <Icon type="question" />
          {option.title}
        </button>
      ))}
    </div>
  );
}
