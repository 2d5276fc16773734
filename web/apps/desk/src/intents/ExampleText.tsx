import { parseMarks, pieces } from './marks.ts';

type Props = { example: string; entities: Record<string, string> };

/** An example with what is marked in it. */
export function ExampleText({ example, entities }: Props) {
  return (
    <span className="example-text">
      {pieces(parseMarks(example)).map(({ start, text, mark }) =>
        mark ? (
          <mark key={start}>
            {text}
            <small>{entities[mark.entity] ?? mark.entity}</small>
          </mark>
        ) : (
          <span key={start}>{text}</span>
        ),
      )}
    </span>
  );
}
