import { useState } from 'preact/hooks';
import { Button, Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { zh } from '../texts/zh.ts';
import { useVisitor, useVisitorState } from '../visitor/context.tsx';
import { useAction } from './useAction.ts';

const SCORES = [1, 2, 3, 4, 5] as const;
const GOOD_FROM = 4;

type RatingPanelProps = { conversationId: string; title?: string | null };

export function RatingPanel({ conversationId, title }: RatingPanelProps) {
  const rated = useVisitorState((state) => state.rated.includes(conversationId));
  return (
    <section class="kf-panel kf-rating" aria-label={texts.rateTitle} data-testid="rating">
      {rated ? (
        <p class="kf-rated">
          <Icon type="check-circle-fill" />
          {texts.rated}
        </p>
      ) : (
        <RatingForm conversationId={conversationId} title={title ?? texts.rateTitle} />
      )}
      <p class="kf-panel-hint">{texts.closedHint}</p>
    </section>
  );
}

function RatingForm({ conversationId, title }: { conversationId: string; title: string }) {
  const visitor = useVisitor();
  const [score, setScore] = useState(0);
  const [resolved, setResolved] = useState<boolean>();
  const [tags, setTags] = useState<string[]>([]);
  const [comment, setComment] = useState('');
  const [busy, run] = useAction();
  const submit = () =>
    run(() =>
      visitor.rate(conversationId, { score, resolved, tags, comment: comment.trim() || undefined }),
    );
  return (
    <>
      <h2>{title}</h2>
      <Stars
        score={score}
        onChange={(value) => {
          setScore(value);
          setTags([]);
        }}
      />
      {score > 0 && (
        <>
          <p class="kf-rating-word">{texts.rateStars[score - 1]}</p>
          <Resolved value={resolved} onChange={setResolved} />
          <Tags score={score} chosen={tags} onChange={setTags} />
          <textarea
            class="kf-input"
            rows={2}
            maxLength={500}
            value={comment}
            aria-label={texts.rateComment}
            placeholder={texts.rateComment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
          <Button color="primary" block disabled={busy} onClick={submit}>
            {texts.rateSubmit}
          </Button>
        </>
      )}
    </>
  );
}

function Stars({ score, onChange }: { score: number; onChange: (score: number) => void }) {
  return (
    <fieldset class="kf-stars">
      <legend class="kf-hidden">{texts.rateStarsLabel}</legend>
      {SCORES.map((value) => (
        <label key={value} data-on={value <= score}>
          <input
            type="radio"
            name="score"
            class="kf-hidden"
            checked={value === score}
            onChange={() => onChange(value)}
          />
          <span class="kf-hidden">{texts.rateStars[value - 1]}</span>
          <Icon type={value <= score ? 'star-fill' : 'star'} />
        </label>
      ))}
    </fieldset>
  );
}

type TagsProps = { score: number; chosen: string[]; onChange: (tags: string[]) => void };

function Tags({ score, chosen, onChange }: TagsProps) {
  const range = score >= GOOD_FROM ? 'high' : 'low';
  // What is recorded stays the same in every language.
  const offered = zh.rateTags[range];
  const toggle = (tag: string) =>
    onChange(chosen.includes(tag) ? chosen.filter((other) => other !== tag) : [...chosen, tag]);
  return (
    <div class="kf-rating-tags">
      {offered.map((tag, index) => (
        <button
          type="button"
          class="kf-chip"
          key={tag}
          aria-pressed={chosen.includes(tag)}
          onClick={() => toggle(tag)}
        >
          {texts.rateTags[range][index]}
        </button>
      ))}
    </div>
  );
}

function Resolved(props: { value?: boolean; onChange: (value: boolean) => void }) {
  const button = (value: boolean, label: string) => (
    <button
      type="button"
      class="kf-chip"
      aria-pressed={props.value === value}
      onClick={() => props.onChange(value)}
    >
      {label}
    </button>
  );
  return (
    <div class="kf-resolved">
      <span>{texts.rateResolved}</span>
      {button(true, texts.resolved)}
      {button(false, texts.unresolved)}
    </div>
  );
}
