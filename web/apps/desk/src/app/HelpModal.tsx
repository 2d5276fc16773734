import { Modal } from 'antd';
import { help } from './shortcuts.ts';

export function HelpModal({ onClose }: { onClose: () => void }) {
  return (
    <Modal open title="快捷键" footer={null} onCancel={onClose}>
      <dl className="shortcuts">
        {help.map(({ keys, does }) => (
          <div key={keys} className="shortcut">
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
