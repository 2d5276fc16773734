/** Examples as the files hold them, `[text](entity)`, and as words with marked stretches. */

export type Mark = { start: number; end: number; entity: string };
export type Marked = { text: string; marks: Mark[] };

const MARK = /\[([^\]]+)\](?:\(([^)]*)\)|\{([^}]*)\})/g;

export function parseMarks(example: string): Marked {
  const marks: Mark[] = [];
  let text = '';
  let at = 0;
  for (const match of example.matchAll(MARK)) {
    text += example.slice(at, match.index);
    const inner = match[1] ?? '';
    const entity = match[2] ?? /"entity"\s*:\s*"([^"]+)"/.exec(match[3] ?? '')?.[1] ?? '';
    marks.push({ start: text.length, end: text.length + inner.length, entity });
    text += inner;
    at = match.index + match[0].length;
  }
  return { text: text + example.slice(at), marks };
}

export function writeMarks({ text, marks }: Marked): string {
  const sorted = [...marks].sort((one, other) => one.start - other.start);
  let written = '';
  let at = 0;
  for (const { start, end, entity } of sorted) {
    written += `${text.slice(at, start)}[${text.slice(start, end)}](${entity})`;
    at = end;
  }
  return written + text.slice(at);
}

/** Marks a stretch; marks that it touches give way, spaces around it stay outside. */
export function mark(before: Marked, start: number, end: number, entity: string): Marked {
  let [from, to] = [Math.min(start, end), Math.max(start, end)];
  while (from < to && before.text[from] === ' ') from += 1;
  while (to > from && before.text[to - 1] === ' ') to -= 1;
  if (from === to) return before;
  const kept = before.marks.filter((one) => one.end <= from || one.start >= to);
  return { ...before, marks: [...kept, { start: from, end: to, entity }] };
}

export function unmark(before: Marked, at: Mark): Marked {
  return { ...before, marks: before.marks.filter((one) => one.start !== at.start) };
}

export type Piece = { start: number; text: string; mark?: Mark };

export function pieces({ text, marks }: Marked): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const one of [...marks].sort((left, right) => left.start - right.start)) {
    if (one.start > at) found.push({ start: at, text: text.slice(at, one.start) });
    found.push({ start: one.start, text: text.slice(one.start, one.end), mark: one });
    at = one.end;
  }
  if (at < text.length) found.push({ start: at, text: text.slice(at) });
  return found;
}
