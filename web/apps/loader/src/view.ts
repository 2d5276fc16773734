/** The button and the frame, in a shadow tree: the page's styles do not reach in, ours do not reach out. */

type Options = {
  address: string;
  english: boolean;
  left: boolean;
  label?: string;
  onToggle: (open: boolean) => void;
};

const ACCENT = '#1f7a5c';
const ICON =
  'M4 13v-1a8 8 0 0 1 16 0v1M4 13.5A1.5 1.5 0 0 1 5.5 12H7v6H5.5A1.5 1.5 0 0 1 4 16.5zM20 13.5a1.5 1.5 0 0 0-1.5-1.500H17v6h1.500a1.500 1.500 0 0 0 1.500-1.500zM18.500 18c0 2-2 3-4.500 3';

export function createView({ address, english, left, label, onToggle }: Options) {
  const words = english
    ? { open: label ?? 'Customer service', title: 'Customer service', unread: 'unread' }
    : { open: label ?? '联系客服', title: '在线客服', unread: '条未读' };
  const side = left ? 'left' : 'right';
  const narrow = window.matchMedia('(max-width: 640px)');
  const host = document.createElement('div');
  const tree = host.attachShadow({ mode: 'open' });
  const button = document.createElement('button');
  const count = document.createElement('span');
  let frame: HTMLIFrameElement | undefined;
  let open = false;

  // Styles are set one by one: a page that allows no inline style sheets allows this.
  host.style.cssText = 'position:static!important';
  button.type = 'button';
  button.style.cssText = `all:initial;position:fixed;${side}:20px;bottom:20px;z-index:2147483000;width:56px;height:56px;border-radius:50%;background:${ACCENT};box-shadow:0 4px 16px rgba(10,30,20,.28);display:grid;place-items:center;cursor:pointer`;
  button.append(icon(), count);
  count.style.cssText =
    'position:absolute;top:-4px;right:-4px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;border-radius:10px;background:#c0352b;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center';
  button.onclick = () => show(true);
  button.onfocus = () => ring(button.matches(':focus-visible'));
  button.onblur = () => ring(false);
  tree.append(button);

  function ring(on: boolean): void {
    button.style.outline = on ? `3px solid ${ACCENT}` : '';
    button.style.outlineOffset = '3px';
  }

  function badge(unread: number): void {
    count.hidden = unread === 0;
    count.textContent = unread > 99 ? '99+' : String(unread);
    button.setAttribute(
      'aria-label',
      unread ? `${words.open}，${unread} ${words.unread}` : words.open,
    );
  }

  function prepare(): void {
    if (frame) return;
    frame = document.createElement('iframe');
    frame.title = words.title;
    frame.allow = 'clipboard-write; autoplay';
    frame.src = address;
    layout();
    tree.append(frame);
  }

  function layout(): void {
    if (!frame) return;
    const place = narrow.matches
      ? 'inset:0;width:100%;height:100%'
      : `${side}:20px;bottom:20px;width:400px;height:min(720px,calc(100vh - 40px));border-radius:16px;box-shadow:0 12px 48px rgba(10,30,20,.3)`;
    frame.style.cssText = `position:fixed;z-index:2147483001;border:0;background:#f3f5f4;color-scheme:normal;${place};display:${open ? 'block' : 'none'}`;
  }

  function show(next: boolean): void {
    if (next === open) return;
    open = next;
    if (open) prepare();
    layout();
    button.style.display = open ? 'none' : 'grid';
    if (open) frame?.focus();
    else button.focus({ preventScroll: true });
    onToggle(open);
  }

  narrow.addEventListener('change', layout);
  badge(0);
  const attach = () => document.body.append(host);
  if (document.body) attach();
  else document.addEventListener('DOMContentLoaded', attach);

  return {
    open: () => show(true),
    close: () => show(false),
    isOpen: () => open,
    prepare,
    badge,
    window: () => frame?.contentWindow,
  };
}

function icon(): SVGElement {
  const NS = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(NS, 'svg');
  const path = document.createElementNS(NS, 'path');
  const attributes = {
    viewBox: '0 0 24 24',
    width: '28',
    height: '28',
    fill: 'none',
    stroke: '#fff',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  path.setAttribute('d', ICON);
  path.setAttribute('stroke-width', '1.8');
  path.setAttribute('stroke-linecap', 'round');
  svg.append(path);
  return svg;
}
