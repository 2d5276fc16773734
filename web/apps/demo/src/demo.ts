/** Plays a shop around the embedded customer service: who is signed in, and what they look at. */

import './demo.css';

type Customer = {
  external_id: string;
  identifier_hash: string;
  name: string;
  state_text: string;
  orders: Order[];
};

type Order = { order_no: string; item: string; state_text: string };

type Kf = {
  setUser: (user: Pick<Customer, 'external_id' | 'identifier_hash' | 'name'>) => void;
  setContext: (context: Record<string, unknown>) => void;
  reset: () => void;
};

/** The loader comes when it comes: until then calls wait in line. */
function kf(name: keyof Kf, ...given: unknown[]): void {
  const target = window as unknown as { kf?: (Kf & Record<string, unknown>) | unknown[] };
  if (target.kf && !Array.isArray(target.kf))
    (target.kf[name] as (...all: unknown[]) => void)(...given);
  else target.kf = [...((target.kf as unknown[]) ?? []), [name, ...given]];
}

/** `ofOrder`: the page shows one of the customer's orders. */
type Page = { key: string; title: string; text: string; ofOrder?: boolean };

const pages: Page[] = [
  { key: 'home', title: '首页', text: '今日现货 16:00 前付款，当天发出。' },
  { key: 'product', title: '商品详情', text: '云杉 轻量跑鞋 · ¥399.00，支持 7 天无理由。' },
  { key: 'order', title: '我的订单', text: '点一张订单，客服就知道说的是它。', ofOrder: true },
  {
    key: 'aftersale',
    title: '退换 / 售后',
    text: '选择要退换的订单，按页面提示提交申请。',
    ofOrder: true,
  },
  { key: 'cart', title: '购物车', text: '购物车里有 2 件商品，合计 ¥528.00。' },
];

let page = pages[0] as Page;
let customer: Customer | undefined;
let order: Order | undefined;

function button(title: string, note: string, pressed: boolean, onClick: () => void): HTMLElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = title;
  made.setAttribute('aria-pressed', String(pressed));
  if (note) made.append(Object.assign(document.createElement('small'), { textContent: note }));
  made.onclick = onClick;
  return made;
}

function show(customers: Customer[]): void {
  const again = () => {
    kf('setContext', { page: page.key, order_no: page.ofOrder ? order?.order_no : undefined });
    show(customers);
  };
  const go = (to: Page) => () => {
    page = to;
    again();
  };
  const become = (next: Customer | undefined) => () => {
    kf('reset');
    customer = next;
    order = next?.orders[0];
    if (next) {
      const { external_id, identifier_hash, name } = next;
      kf('setUser', { external_id, identifier_hash, name });
    }
    again();
  };
  const guest = button('访客', '没有登录', !customer, become(undefined));
  const people = customers.map((one) =>
    button(one.name, one.state_text, one === customer, become(one)),
  );
  const items = [guest, ...people].map((one) => {
    const item = document.createElement('li');
    item.append(one);
    return item;
  });
  document.getElementById('customers')?.replaceChildren(...items);
  document
    .getElementById('pages')
    ?.replaceChildren(...pages.map((one) => button(one.title, '', one === page, go(one))));
  const heading = Object.assign(document.createElement('h1'), { textContent: page.title });
  const goods = Object.assign(document.createElement('div'), {
    className: 'goods',
  });
  const signedOut = page.ofOrder && !customer;
  const text = Object.assign(document.createElement('p'), {
    textContent: signedOut ? '登录后可以看到订单。' : page.text,
  });
  goods.ariaHidden = 'true';
  const orders = document.createElement('nav');
  orders.ariaLabel = '订单';
  const look = (one: Order) => () => {
    order = one;
    again();
  };
  for (const one of (page.ofOrder && customer?.orders) || []) {
    const note = `${one.state_text} · ${one.order_no}`;
    orders.append(button(one.item, note, one === order, look(one)));
  }
  document.getElementById('page')?.replaceChildren(heading, goods, text, orders);
}

const found = await fetch('/demo/customers.json');
show(found.ok ? ((await found.json()) as { items: Customer[] }).items : []);
