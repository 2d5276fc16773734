import { useEffect, useRef } from 'react';

type Props = {
  value: string;
  onChange: (value: string) => void;
  /** The line to show, from 1; 0 for none. */
  line: number;
  wrong: number[];
};

const LINE_PX = 20;

/** A text field with line numbers; Tab puts in the two spaces that YAML wants. */
export function YamlArea({ value, onChange, line, wrong }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = value.split('\n').length;
  useEffect(() => {
    const area = field.current;
    if (!area || line < 1) return;
    const texts = area.value.split('\n');
    const start = texts.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.setSelectionRange(start, start + (texts[line - 1]?.length ?? 0));
    area.focus({ preventScroll: true });
    area.parentElement?.scrollTo({ top: Math.max(0, (line - 6) * LINE_PX) });
  }, [line]);
  const onKey = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Tab' || event.shiftKey) return;
    event.preventDefault();
    const area = event.currentTarget;
    area.setRangeText('  ', area.selectionStart, area.selectionEnd, 'end');
    onChange(area.value);
  };
  return (
    <div className="yaml">
      <ol className="yaml-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
          <li key={at} className={wrong.includes(at + 1) ? 'wrong' : undefined}>
            {at + 1}
          </li>
        ))}
      </ol>
      <textarea
        ref={field}
        aria-label="YAML"
        spellCheck={false}
        wrap="off"
        rows={lines}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKey}
      />
    </div>
  );
}
