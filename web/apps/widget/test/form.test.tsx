import type { FormContent } from '@kefu/api';
import { act } from 'preact/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { Form } from '../src/components/kinds/Form.tsx';
import { fakeVisitor, option, show } from './fakes.tsx';

const content: FormContent = {
  form_id: 'return_request',
  title: '退货申请',
  fields: [
    {
      name: 'reason',
      label: '退货原因',
      type: 'select',
      required: true,
      options: [{ value: 'size', label: '尺码不合适' }],
    },
    {
      name: 'phone',
      label: '联系电话',
      type: 'phone',
      required: true,
      placeholder: '快递员送货前会打这个号码',
    },
    { name: 'note', label: '补充说明', type: 'textarea', required: false },
  ],
  submit: option('submit', '提交申请'),
};

let root: HTMLElement;
let fake: ReturnType<typeof fakeVisitor>;
const errors = () => [...root.querySelectorAll('.kf-field-error')].map((one) => one.textContent);

async function open(): Promise<void> {
  fake = fakeVisitor();
  root = await show(fake.visitor, <Form messageId="m1" content={content} latest />);
}

async function fill(name: string, value: string): Promise<void> {
  await act(() => {
    const field = root.querySelector(`[name=${name}]`) as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function submit(): Promise<void> {
  await act(() => {
    root.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true }));
  });
}

beforeEach(async () => {
  localStorage.clear();
  await open();
});

describe('Form', () => {
  it('says beside each field what is missing, and sends nothing', async () => {
    await submit();
    expect(errors()).toEqual(['请选择退货原因', '请填写联系电话']);
    expect(fake.calls.forms).toEqual([]);
  });

  it('writes a hint that would be cut off inside a field below it', () => {
    const phone = root.querySelector('[name=phone]') as HTMLInputElement;
    expect(phone.placeholder).toBe('');
    const hint = root.querySelector(`#${CSS.escape(phone.getAttribute('aria-describedby') ?? '')}`);
    expect(hint?.textContent).toBe('快递员送货前会打这个号码');
  });

  it('refuses a number that is no phone, and takes a masked one', async () => {
    await fill('reason', 'size');
    await fill('phone', '12345');
    await submit();
    expect(errors()).toEqual(['请填写 11 位手机号']);
    await fill('phone', '138****5678');
    await submit();
    expect(fake.calls.forms).toEqual([
      ['return_request', { reason: 'size', phone: '138****5678', note: '' }],
    ]);
  });

  it('keeps what was typed over a reload', async () => {
    await fill('note', '袖口有开线');
    await open();
    expect((root.querySelector('[name=note]') as HTMLTextAreaElement).value).toBe('袖口有开线');
  });

  it('shows what the service refuses at its field', async () => {
    const refusal = [{ field: 'content.values.phone', message: '这个号码不是收货手机' }];
    await act(() => fake.store.setState({ formErrors: { return_request: refusal } }));
    expect(errors()).toEqual(['这个号码不是收货手机']);
  });
});
