import type { FieldProblem, FormContent, FormField, HallOrder } from '@kefu/api';
import { formatMoney } from '@kefu/chat';
import { useEffect, useId, useState } from 'preact/hooks';
import { Button, Icon } from '../../chat/index.ts';
import { texts } from '../../texts/index.ts';
import { useVisitor, useVisitorState } from '../../visitor/context.tsx';
import { recall, remember } from '../../visitor/storage.ts';

const WIDEST_INSIDE = 18;

type Values = Record<string, string>;
type FormProps = { messageId: string; content: FormContent; latest: boolean };

/** What was typed survives a reload until the form is sent. */
function useKeptValues(messageId: string, fields: FormField[]) {
  const key = `form:${messageId}`;
  const [values, setValues] = useState<Values>(() => {
    const offered = Object.fromEntries(fields.map((field) => [field.name, field.value ?? '']));
    return { ...offered, ...(JSON.parse(recall(key) ?? '{}') as Values) };
  });
  const change = (name: string, value: string) => {
    const next = { ...values, [name]: value };
    setValues(next);
    remember(key, JSON.stringify(next));
  };
  return { values, change, forget: () => remember(key, null) };
}

/** The errors beside the fields: offered with the form, found here, or told by the service. */
function useErrors(content: FormContent) {
  const refused = useVisitorState((state) => state.formErrors[content.form_id]);
  const [errors, setErrors] = useState<Values>(() => offeredErrors(content.fields));
  useEffect(() => {
    if (refused) setErrors(asValues(refused));
  }, [refused]);
  return { errors, setErrors, refused: Boolean(refused) };
}

export function Form({ messageId, content, latest }: FormProps) {
  const visitor = useVisitor();
  const sending = useVisitorState((state) =>
    state.pending.some(
      ({ body }) => body.kind === 'form' && body.content.form_id === content.form_id,
    ),
  );
  const { values, change, forget } = useKeptValues(messageId, content.fields);
  const { errors, setErrors, refused } = useErrors(content);

  const submit = (event: { preventDefault: () => void; currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const found = check(content.fields, values);
    setErrors(found);
    const [first] = Object.keys(found);
    if (first) return event.currentTarget.querySelector<HTMLElement>(fieldNamed(first))?.focus();
    forget();
    visitor.submitForm(content.form_id, content.title, trimmed(content.fields, values));
  };
  const edit = (name: string, value: string) => {
    change(name, value);
    if (errors[name]) setErrors({ ...errors, [name]: '' });
  };

  if (!latest && !sending && !refused) return <OldForm content={content} />;
  return (
    <form class="kf-panel kf-form" onSubmit={submit} noValidate data-form={content.form_id}>
      <h2>{content.title}</h2>
      <fieldset disabled={sending}>
        {content.fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            error={errors[field.name]}
            onChange={(value) => edit(field.name, value)}
          />
        ))}
        <Button color="primary" block type="submit" disabled={sending}>
          {sending ? texts.submitting : content.submit.title}
        </Button>
      </fieldset>
    </form>
  );
}

function fieldNamed(name: string): string {
  return `[name="${CSS.escape(name)}"]`;
}

/** A form that the conversation has moved past is history, not something to fill in. */
function OldForm({ content }: { content: FormContent }) {
  return (
    <div class="kf-panel kf-panel--past">
      <Icon type="order" />
      <p class="kf-panel-text">{content.title}</p>
    </div>
  );
}

type FieldProps = {
  field: FormField;
  value: string;
  error?: string;
  onChange: (value: string) => void;
};

function Field({ field, value, error, onChange }: FieldProps) {
  const id = useId();
  const hint = field.placeholder ?? '';
  const below = field.type !== 'textarea' && wide(hint);
  const described = [error && `${id}-error`, below && `${id}-hint`].filter(Boolean).join(' ');
  const shared = {
    id,
    name: field.name,
    value,
    class: 'kf-input',
    required: field.required,
    placeholder: (!below && hint) || undefined,
    'aria-invalid': Boolean(error),
    'aria-describedby': described || undefined,
    onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  return (
    <div class="kf-field" data-invalid={Boolean(error)}>
      <label for={id}>
        {field.label}
        {!field.required && <small>{texts.optional}</small>}
      </label>
      <Control field={field} shared={shared} />
      {below && (
        <p class="kf-field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="kf-field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Whether a hint would be cut off inside a field on a small phone with large letters; a Chinese character takes two. */
function wide(hint: string): boolean {
  return hint.replace(/[^\x20-\x7e]/g, '**').length > WIDEST_INSIDE;
}

function Control(props: { field: FormField; shared: { value: string; class: string } }) {
  const { field, shared } = props;
  const orders = useVisitorState((state) => state.hall?.orders);
  const options = field.options ?? (field.type === 'order' ? (orders ?? []).map(orderOption) : []);
  if (field.type === 'select' || (field.type === 'order' && options.length > 0)) {
    return (
      <select {...shared}>
        <option value="">{texts.choose}</option>
        {options.map((option) => (
          <option value={option.value} key={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  if (field.type === 'textarea') return <textarea {...shared} rows={3} maxLength={500} />;
  const modes: Partial<Record<FormField['type'], 'tel' | 'decimal'>> = {
    phone: 'tel',
    number: 'decimal',
  };
  return <input {...shared} type="text" inputMode={modes[field.type] ?? 'text'} maxLength={500} />;
}

function orderOption(order: HallOrder) {
  const title = order.items[0]?.title ?? order.order_no;
  return {
    value: order.order_no,
    label: `${title} · ${formatMoney(order.total)} · ${order.state_text}`,
  };
}

function offeredErrors(fields: FormField[]): Values {
  return asValues(
    fields.flatMap(({ name, error }) => (error ? [{ field: name, message: error }] : [])),
  );
}

/** The service names a field alone or by its path in the request (`content.values.phone`). */
function asValues(problems: FieldProblem[]): Values {
  return Object.fromEntries(
    problems.map(({ field, message }) => [field.split('.').pop() ?? field, message]),
  );
}

function trimmed(fields: FormField[], values: Values): Values {
  return Object.fromEntries(fields.map(({ name }) => [name, (values[name] ?? '').trim()]));
}

function check(fields: FormField[], values: Values): Values {
  const errors: Values = {};
  for (const field of fields) {
    const value = (values[field.name] ?? '').trim();
    const problem = checkField(field, value);
    if (problem) errors[field.name] = problem;
  }
  return errors;
}

function checkField(field: FormField, value: string): string | null {
  if (!value) {
    if (!field.required) return null;
    const choice = field.type === 'select' || field.type === 'order';
    return choice ? texts.formChoose(field.label) : texts.formRequired(field.label);
  }
  // A masked number (138****5678) is the one the shop already knows.
  if (field.type === 'phone' && !/^1[\d*]{10}$/.test(value)) return texts.formPhone;
  if (field.type === 'number' && !/^\d+(\.\d+)?$/.test(value)) return texts.formNumber;
  return null;
}
