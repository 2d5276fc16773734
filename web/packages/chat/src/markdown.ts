/**
 * Markdown of answers as plain data that cannot carry code.
 *
 * marked reads the text; only the kinds below survive. HTML stays visible as the text it is, images
 * become their description, and a link that leads anywhere but to a web page keeps only its words.
 */

import { marked, type Token, type Tokens } from 'marked';

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'strong' | 'em' | 'del'; children: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'link'; href: string; children: Inline[] }
  | { type: 'break' };

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'heading'; children: Inline[] }
  | { type: 'quote'; children: Block[] }
  | { type: 'code'; text: string }
  | { type: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { type: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { type: 'rule' };

export function parseMarkdown(text: string): Block[] {
  return blocks(marked.lexer(text, { gfm: true, breaks: true }));
}

function blocks(tokens: Token[]): Block[] {
  return tokens.flatMap((token) => block(token as Tokens.Generic));
}

function block(token: Tokens.Generic): Block[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return [{ type: 'heading', children: inlines(token.tokens) }];
    case 'paragraph':
    case 'text':
      return [{ type: 'paragraph', children: token.tokens ? inlines(token.tokens) : plain(token) }];
    case 'list':
      return [
        {
          type: 'list',
          ordered: Boolean(token.ordered),
          start: Number(token.start) || 1,
          items: (token.items as Tokens.ListItem[]).map((item) => blocks(item.tokens)),
        },
      ];
    case 'blockquote':
      return [{ type: 'quote', children: blocks(token.tokens ?? []) }];
    case 'code':
      return [{ type: 'code', text: String(token.text) }];
    case 'table':
      return [table(token as Tokens.Table)];
    case 'hr':
      return [{ type: 'rule' }];
    default:
      return [{ type: 'paragraph', children: plain(token) }];
  }
}

function table(token: Tokens.Table): Block {
  return {
    type: 'table',
    head: token.header.map((cell) => inlines(cell.tokens)),
    rows: token.rows.map((row) => row.map((cell) => inlines(cell.tokens))),
  };
}

function inlines(tokens: Token[] = []): Inline[] {
  return tokens.flatMap((token) => inline(token as Tokens.Generic));
}

function inline(token: Tokens.Generic): Inline[] {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [{ type: token.type, children: inlines(token.tokens) }];
    case 'codespan':
      return [{ type: 'code', text: String(token.text) }];
    case 'br':
      return [{ type: 'break' }];
    case 'link': {
      const children = inlines(token.tokens);
      return isWebLink(String(token.href))
        ? [{ type: 'link', href: token.href, children }]
        : children;
    }
    case 'text':
      return token.tokens ? inlines(token.tokens) : plain(token);
    default:
      return plain(token);
  }
}

function plain(token: Tokens.Generic): Inline[] {
  return [{ type: 'text', text: String(token.text ?? token.raw) }];
}

/** Only pages: `http(s)://…` or a path of this site. */
export function isWebLink(href: string): boolean {
  if (/^https?:\/\//i.test(href)) return true;
  return /^\/(?![/\\])/.test(href);
}

/** The same text without any marks, for a channel that shows none. */
export function plainText(text: string): string {
  return parseMarkdown(text).map(blockText).join('\n\n').trim();
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inlineText(block.children);
    case 'quote':
      return block.children.map(blockText).join('\n');
    case 'code':
      return block.text;
    case 'rule':
      return '';
    case 'list':
      return block.items
        .map((item, at) => {
          const mark = block.ordered ? `${block.start + at}. ` : '· ';
          return mark + item.map(blockText).join('\n');
        })
        .join('\n');
    case 'table':
      return [block.head, ...block.rows].map((row) => row.map(inlineText).join('  ')).join('\n');
  }
}

function inlineText(inlines: Inline[]): string {
  return inlines
    .map((one) => {
      if (one.type === 'break') return '\n';
      return 'children' in one ? inlineText(one.children) : one.text;
    })
    .join('');
}
