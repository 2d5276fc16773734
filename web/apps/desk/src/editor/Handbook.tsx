import { useMemo } from 'react';
import handbook from '../../../../../docs/editor.md?raw';
import { Answer } from './Answer.tsx';

const pictures = import.meta.glob<string>('../../../../../docs/images/editor-*.png', {
  query: '?url',
  import: 'default',
  eager: true,
});

type Part =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'picture'; name: string; text: string }
  | { kind: 'text'; text: string };

/** The editors' handbook, the same page as in the project's documents. */
export function Handbook() {
  const parts = useMemo(() => split(handbook), []);
  return (
    <div className="editor-split">
      <nav className="editor-categories" aria-label="目录">
        {parts.map((part) =>
          part.kind === 'heading' && part.level === 2 ? (
            <button
              key={part.text}
              type="button"
              onClick={() => document.getElementById(part.text)?.scrollIntoView()}
            >
              {part.text}
            </button>
          ) : null,
        )}
      </nav>
      <article className="editor-page handbook">
        {parts.map((part, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the handbook is one fixed text
          <HandbookPart key={at} part={part} />
        ))}
      </article>
    </div>
  );
}

function HandbookPart({ part }: { part: Part }) {
  if (part.kind === 'text') return <Answer text={part.text} />;
  if (part.kind === 'heading') {
    const Heading = part.level === 1 ? 'h1' : 'h2';
    return <Heading id={part.text}>{part.text}</Heading>;
  }
  const found = Object.entries(pictures).find(([path]) => path.endsWith(`/${part.name}`));
  return found ? (
    <figure>
      <img src={found[1]} alt={part.text} loading="lazy" />
      <figcaption>{part.text}</figcaption>
    </figure>
  ) : null;
}

/** The file breaks its lines for people who read it as text; Chinese is joined without a space. */
function continues(before: string | undefined, line: string): boolean {
  const plain = /^(?! *([-|>#]|\d+\.|$))/;
  return (
    before !== undefined && before.trim() !== '' && !before.startsWith('|') && plain.test(line)
  );
}

function split(text: string): Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.some((line) => line.trim())) parts.push({ kind: 'text', text: lines.join('\n') });
    lines = [];
  };
  for (const line of text.split('\n')) {
    const heading = /^(#{1,3}) (.+)$/.exec(line);
    const picture = /^!\[([^\]]*)\]\(images\/([^)]+)\)$/.exec(line);
    if (heading || picture) flush();
    if (heading)
      parts.push({ kind: 'heading', level: heading[1]?.length ?? 2, text: heading[2] ?? '' });
    else if (picture)
      parts.push({ kind: 'picture', text: picture[1] ?? '', name: picture[2] ?? '' });
    else if (continues(lines.at(-1), line)) lines.push(`${lines.pop() ?? ''}${line.trim()}`);
    else lines.push(line);
  }
  flush();
  return parts;
}
