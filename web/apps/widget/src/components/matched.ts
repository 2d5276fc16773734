/** Splits a title around the longest piece that it shares with the query; the piece is empty for none. */
export function matched(
  title: string,
  query: string,
): [before: string, hit: string, after: string] {
  const wanted = query.trim().toLowerCase();
  const plain = title.toLowerCase();
  for (let length = Math.min(wanted.length, plain.length); length > 0; length -= 1) {
    for (let start = 0; start + length <= wanted.length; start += 1) {
      const at = plain.indexOf(wanted.slice(start, start + length));
      if (at >= 0)
        return [title.slice(0, at), title.slice(at, at + length), title.slice(at + length)];
    }
  }
  return [title, '', ''];
}
