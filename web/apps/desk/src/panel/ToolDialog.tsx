import { ApiError, type OrderView, type ToolView } from '@kefu/api';
import { randomId } from '@kefu/chat';
import { useMutation } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { api, explain, keys, refresh } from '../app/api.ts';

type ToolDialogProps = { id: string; tool: ToolView; order?: OrderView; onDone: () => void };

/** A tool's form. What is sent again after a lost answer carries the same id, so that it happens once. */
export function ToolDialog({ id, tool, order, onDone }: ToolDialogProps) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Record<string, string>>();
  const [request, setRequest] = useState(randomId);
  const run = useMutation({
    mutationFn: (values: Record<string, string | undefined>) =>
      api.tool(id, {
        request_id: request,
        tool: tool.form_id,
        order_no: order?.order.order_no,
        values: filledIn(values),
      }),
    onSuccess: ({ number }) => {
      void message.success(`${tool.title}已受理，编号 ${number}，已告诉客户`);
      onDone();
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      // What has ended needs a new id; what may still have happened keeps its own.
      if (!error.retryable) setRequest(randomId());
      form.setFields(
        error.errors.map(({ field, message: words }) => ({ name: field, errors: [words] })),
      );
    },
    onSettled: () => void refresh(keys.orders(id)),
  });
  return (
    <Modal
      open
      title={tool.title}
      okText={tool.submit}
      confirmLoading={run.isPending}
      onCancel={onDone}
      onOk={form.submit}
    >
      {order && (
        <p className="muted">
          {order.order.order_no} · {order.order.items[0]?.title} · {order.order.state_text}
        </p>
      )}
      <Form form={form} layout="vertical" onFinish={(values) => run.mutate(values)}>
        {tool.fields.map((field, index) => (
          <Form.Item
            key={field.name}
            name={field.name}
            label={field.label}
            rules={[
              { required: field.required, whitespace: true, message: `请填写${field.label}` },
            ]}
          >
            {field.options?.length ? (
              <Select
                autoFocus={index === 0}
                options={field.options.map((value) => ({ value, label: value }))}
              />
            ) : field.type === 'textarea' ? (
              <Input.TextArea rows={3} maxLength={500} placeholder={field.placeholder} />
            ) : (
              <Input autoFocus={index === 0} maxLength={200} placeholder={field.placeholder} />
            )}
          </Form.Item>
        ))}
      </Form>
      {run.isError && <Alert type="error" showIcon title={explain(run.error)} />}
      <p className="muted">结果会以您的名义发给客户，并留在会话里。</p>
    </Modal>
  );
}

function filledIn(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]?.trim())),
  );
}
