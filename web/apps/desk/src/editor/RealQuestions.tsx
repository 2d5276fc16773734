import { useQuery } from '@tanstack/react-query';
import { Alert, Checkbox, Empty, Modal, Skeleton, Tag } from 'antd';
import { useState } from 'react';
import { api, explain } from '../app/api.ts';

type Props = {
  articleKey: string;
  without: string[];
  onAdd: (texts: string[]) => void;
  onClose: () => void;
};

/** What customers really asked near this article, to be taken over as similar questions. */
export function RealQuestions({ articleKey, without, onAdd, onClose }: Props) {
  const [chosen, setChosen] = useState<string[]>([]);
  const found = useQuery({
    queryKey: ['editor', 'real', articleKey],
    queryFn: () => api.realQuestions(articleKey),
  });
  const items = (found.data ?? []).filter((one) => !without.includes(one.text));
  return (
    <Modal
      open
      width={640}
      title="客户真实的提问"
      okText={`加入 ${chosen.length} 条`}
      okButtonProps={{ disabled: chosen.length === 0 }}
      onOk={() => {
        onAdd(chosen);
        onClose();
      }}
      onCancel={onClose}
    >
      {found.isPending && <Skeleton active />}
      {found.isError && <Alert type="error" showIcon title={explain(found.error)} />}
      {found.data && items.length === 0 && (
        <Empty description="还没有相近的提问；有手机号、订单号、地址的提问不会出现在这里" />
      )}
      <Checkbox.Group className="real-questions" value={chosen} onChange={setChosen}>
        {items.map((one) => (
          <Checkbox key={one.text} value={one.text}>
            {one.text}
            {one.count > 1 && <span className="muted"> {one.count} 次</span>}{' '}
            <Tag variant="filled" color={one.answered ? 'green' : 'orange'}>
              {one.answered ? '由本条答过' : `没答上，相似 ${Math.round(one.likeness * 100)}%`}
            </Tag>
          </Checkbox>
        ))}
      </Checkbox.Group>
    </Modal>
  );
}
