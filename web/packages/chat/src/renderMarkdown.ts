/** Turns the safe blocks into elements of React or Preact, whichever `createElement` it is given. */

import { type Block, type Inline, parseMarkdown } from './markdown.ts';

type Attributes = Record<string, unknown> | null;
type Create<Node> = (tag: string, attributes: Attributes, ...children: (Node | string)[]) => Node;

export function renderMarkdown<Node>(create: Create<Node>, text: string): Node[] {
  return parseMarkdown(text).map((block, index) => renderBlock(create, block, index));
}

function renderBlock<Node>(create: Create<Node>, block: Block, key: number): Node {
  const inline = (children: Inline[]) =>
    children.map((child, at) => renderInline(create, child, at));
  const nested = (children: Block[]) => children.map((child, at) => renderBlock(create, child, at));
  switch (block.type) {
    case 'paragraph':
      return create('p', { key }, ...inline(block.children));
    case 'heading':
      return create('p', { key, className: 'md-heading' }, ...inline(block.children));
    case 'quote':
      return create('blockquote', { key }, ...nested(block.children));
    case 'code':
      return create('pre', { key }, block.text);
    case 'rule':
      return create('hr', { key });
    case 'list':
      return create(
        block.ordered ? 'ol' : 'ul',
        block.ordered && block.start !== 1 ? { key, start: block.start } : { key },
        ...block.items.map((item, at) =>
          create('li', { key: at }, ...listItem(item, inline, nested)),
        ),
      );
    case 'table':
      return renderTable(create, block, key);
  }
}

/** An item that is one paragraph stands without the `p`, as in a tight list. */
function listItem<Node>(
  item: Block[],
  inline: (children: Inline[]) => (Node | string)[],
  nested: (children: Block[]) => Node[],
): (Node | string)[] {
  const [first, ...rest] = item;
  if (first?.type !== 'paragraph') return nested(item);
  return [...inline(first.children), ...nested(rest)];
}

function renderTable<Node>(
  create: Create<Node>,
  block: Extract<Block, { type: 'table' }>,
  key: number,
): Node {
  const cells = (tag: string, row: Inline[][]) =>
    row.map((cell, at) =>
      create(tag, { key: at }, ...cell.map((child, i) => renderInline(create, child, i))),
    );
  return create(
    'div',
    { key, className: 'md-table' },
    create(
      'table',
      null,
      create('thead', null, create('tr', null, ...cells('th', block.head))),
      create(
        'tbody',
        null,
        ...block.rows.map((row, at) => create('tr', { key: at }, ...cells('td', row))),
      ),
    ),
  );
}

function renderInline<Node>(create: Create<Node>, inline: Inline, key: number): Node | string {
  switch (inline.type) {
    case 'text':
      return inline.text;
    case 'break':
      return create('br', { key });
    case 'code':
      return create('code', { key }, inline.text);
    case 'link':
      return create(
        'a',
        { key, href: inline.href, target: '_blank', rel: 'noopener noreferrer nofollow' },
        ...inline.children.map((child, at) => renderInline(create, child, at)),
      );
    default:
      return create(
        inline.type,
        { key },
        ...inline.children.map((child, at) => renderInline(create, child, at)),
      );
  }
}
