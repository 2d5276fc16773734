import { useMutation } from '@tanstack/react-query';
import { App, Form, Input, Modal, Select } from 'antd';
import { useNavigate } from 'react-router';
import { api, explain, refresh } from '../app/api.ts';
import { useVocabulary } from './words.ts';

type Props = { open: boolean; onClose: () => void; category?: string; similar?: string[] };
type Values = { category: string; question: string };

export function NewArticle({ open, onClose, category, similar = [] }: Props) {
  const vocabulary = useVocabulary();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const create = useMutation({
    mutationFn: (values: Values) =>
      api.createArticle({
        category: values.category,
        body: { question: values.question, similar },
      }),
    onSuccess: (article) => {
      void refresh(['editor']);
      onClose();
      navigate(`/editor/articles/${article.key}`);
    },
    onError: (error) => void message.error(explain(error)),
  });
  return (
    <Modal
      title="新建知识条目"
      open={open}
      onCancel={onClose}
      okText="开始编写"
      confirmLoading={create.isPending}
      onOk={() => form.submit()}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" onFinish={create.mutate} initialValues={{ category }}>
        <Form.Item
          name="question"
          label="标准问法"
          extra="客户会怎么问？写成一句完整的问题。"
          rules={[{ required: true, min: 2, message: '请写一句问题' }]}
        >
          <Input placeholder="例如：可以指定快递公司吗？" maxLength={200} autoFocus />
        </Form.Item>
        <Form.Item name="category" label="类目" rules={[{ required: true, message: '请选择类目' }]}>
          <Select options={vocabulary?.categories} placeholder="选择类目" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
