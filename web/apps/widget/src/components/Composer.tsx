import type { Option, Suggestion } from '@kefu/api';
import { Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { zh } from '../texts/zh.ts';
import { useVisitorState } from '../visitor/context.tsx';
import { Attach } from './Attach.tsx';
import { Emoji } from './Emoji.tsx';
import { matched } from './matched.ts';
import { OrderPicker } from './OrderPicker.tsx';
import { QuoteBar } from './QuoteBar.tsx';
import { useComposer } from './useComposer.ts';
import type { Suggestions } from './useSuggestions.ts';

const COUNT_BELOW = 200;
const LIST_ID = 'kf-suggestions';

export function Composer() {
  const composer = useComposer();
  const { input, draft, left, sendable, send, pick, suggestions, events } = composer;
  const hint = useVisitorState(
    // The editors' hints are Chinese.
    ({ hall, state }) =>
      (texts === zh && (hall?.placeholders[state] ?? hall?.placeholder)) || texts.placeholder,
  );
  const withPerson = useVisitorState(({ state }) => state === 'human' || state === 'queued');
  const open = suggestions.items.length > 0;
  const active = suggestions.active >= 0 ? `${LIST_ID}-${suggestions.active}` : undefined;
  return (
    <footer class="kf-composer">
      <div class="kf-composer-inner">
        {open && <SuggestionList query={draft} suggestions={suggestions} onPick={pick} />}
        <QuoteBar />
        <div class="kf-composer-box">
          <Attach />
          <OrderPicker onPick={composer.insert} />
          {withPerson && <Emoji onPick={composer.insert} />}
          <textarea
            ref={input}
            rows={1}
            value={draft}
            placeholder={hint}
            aria-label={texts.inputLabel}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={open ? LIST_ID : undefined}
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

type SuggestionListProps = {
  query: string;
  suggestions: Suggestions;
  onPick: (option: Option) => void;
};

function SuggestionList({ query, suggestions, onPick }: SuggestionListProps) {
  const { items, active, setActive } = suggestions;
  const guessed = items.every(({ match }) => !match);
  const label = guessed ? texts.didYouMean : texts.suggestions;
  return (
    <div id={LIST_ID} class="kf-suggestions" role="listbox" aria-label={label}>
      {guessed && (
        <p class="kf-suggestions-head" role="presentation">
          {label}
        </p>
      )}
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
          onClick={() => onPick(option)}
        >
          <Icon type="question" />
          <Marked suggestion={option} query={query} />
        </button>
      ))}
    </div>
  );
}

/** The title with what was typed standing out, be it typed by its sound. */
function Marked({ suggestion, query }: { suggestion: Suggestion; query: string }) {
  const { title, match } = suggestion;
  const [before, hit, after] = match
    ? [title.slice(0, match[0]), title.slice(...match), title.slice(match[1])]
    : matched(title, query);
  return (
    <span>
      {before}
      {hit && <mark>{hit}</mark>}
      {after}
    </span>
  );
}
