import { describe, expect, it } from 'vitest';
import { isWebLink, parseMarkdown, plainText, renderMarkdown } from '../src/index.ts';

/** Renders into a real document, as a browser would see it. */
function render(text: string): HTMLElement {
  const root = document.createElement('div');
  const create = (
    tag: string,
    attributes: Record<string, unknown> | null,
    ...children: (Node | string)[]
  ): Node => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (name === 'className') element.className = String(value);
      else if (name !== 'key') element.setAttribute(name, String(value));
    }
    element.append(...children);
    return element;
  };
  root.append(...renderMarkdown<Node>(create, text));
  return root;
}

describe('renderMarkdown', () => {
  it('shows paragraphs, lists and bold words', () => {
    const root = render('退款**原路退回**：\n\n1. 提交申请\n2. 等待审核');
    expect(root.querySelector('p strong')?.textContent).toBe('原路退回');
    expect([...root.querySelectorAll('ol > li')].map((li) => li.textContent)).toEqual([
      '提交申请',
      '等待审核',
    ]);
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '文字 <a href="javascript:alert(1)" onclick="x()">点我</a>',
    '<iframe src="https://evil.example"></iframe>',
    '<svg/onload=alert(1)>',
    '- <b onmouseover=alert(1)>项</b>',
  ])('leaves HTML as the text it is: %s', (text) => {
    const root = render(text);
    expect(root.querySelector('script, img, iframe, svg, b, a, [onclick], [onerror]')).toBeNull();
    expect(root.textContent).toContain('<');
  });

  it.each([
    '[点我](javascript:alert(1))',
    '[点我](JaVaScRiPt:alert(1))',
    '[点我](&#106;avascript:alert(1))',
    '[点我](data:text/html;base64,PHNjcmlwdD4=)',
    '[点我](//evil.example/x)',
    '[点我](/\\evil.example)',
    '[点我](vbscript:x)',
    '[点我](file:///etc/passwd)',
    '[点我][r]\n\n[r]: javascript:alert(1)',
    '<javascript:alert(1)>',
  ])('makes no link of %s', (text) => {
    expect(render(text).querySelector('a')).toBeNull();
  });

  it('opens pages of the web and of this site in a new tab, without a referrer', () => {
    const root = render('[查看](https://shop.example/a) 和 [说明](/help)');
    const links = [...root.querySelectorAll('a')];
    expect(links.map((link) => link.getAttribute('href'))).toEqual([
      'https://shop.example/a',
      '/help',
    ]);
    expect(links.every((link) => link.getAttribute('rel')?.includes('noopener'))).toBe(true);
  });

  it('loads no pictures', () => {
    const root = render('![跟踪](https://evil.example/pixel.png)');
    expect(root.querySelector('img')).toBeNull();
    expect(root.textContent).toBe('跟踪');
  });

  it('shows special characters as they were written', () => {
    expect(render('A & B < C “引号” &lt;').textContent).toContain('A & B < C “引号”');
  });
});

describe('isWebLink', () => {
  it.each([
    ['https://shop.example', true],
    ['/help/shipping', true],
    ['//evil.example', false],
    ['javascript:alert(1)', false],
    ['help', false],
  ])('%s → %s', (href, expected) => {
    expect(isWebLink(href)).toBe(expected);
  });
});

describe('parseMarkdown', () => {
  it('survives what nobody would write', () => {
    for (const text of ['', '\n\n', '**', '[](', '`', '| a |\n|', '- '.repeat(200)]) {
      expect(() => parseMarkdown(text)).not.toThrow();
    }
  });
});

describe('plainText', () => {
  it('drops the marks and keeps the words', () => {
    expect(plainText('超过 **3 天**：\n\n- 我们核实\n- [赔付](/help)')).toBe(
      '超过 3 天：\n\n· 我们核实\n· 赔付',
    );
  });
});
