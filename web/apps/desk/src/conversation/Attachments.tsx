import { CloseOutlined, PictureOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { attach, detach, excerptOf, quote, useReply } from './useReply.ts';

/** Puts pictures into the reply and says what was not taken. */
export function useAttach(id: string): (files: readonly File[]) => void {
  const { message } = App.useApp();
  return (files) => {
    if (files.length === 0) return;
    void attach(id, files).then((problem) => {
      if (problem) void message.warning(problem);
    });
    document.getElementById('reply')?.focus();
  };
}

export function PictureButton({ id }: { id: string }) {
  const input = useRef<HTMLInputElement>(null);
  const add = useAttach(id);
  return (
    <>
      <Button
        type="text"
        icon={<PictureOutlined />}
        aria-label="发送图片"
        title="发送图片，也可以粘贴或拖进来"
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/gif,image/webp"
        multiple
        hidden
        data-testid="picture-input"
        onChange={({ target }) => {
          add([...(target.files ?? [])]);
          target.value = '';
        }}
      />
    </>
  );
}

/** What will leave with the words: the message that is quoted, and pictures. */
export function Attachments({ id }: { id: string }) {
  const reply = useReply(id);
  return (
    <>
      {reply.quote && (
        <p className="composer-quote" data-testid="quoting">
          <span>回复：{excerptOf(reply.quote)}</span>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label="不引用"
            onClick={() => quote(id, undefined)}
          />
        </p>
      )}
      {reply.pictures.length > 0 && (
        <ul className="composer-pictures" aria-label="要发送的图片">
          {reply.pictures.map((one) => (
            <li key={one.id}>
              <img src={one.url} alt="要发送的图片" />
              <Button
                shape="circle"
                size="small"
                icon={<CloseOutlined />}
                aria-label="去掉这张图片"
                onClick={() => detach(id, one.id)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** The whole conversation takes pictures that are dropped on it. */
export function DropZone({ id, children }: { id: string; children: ReactNode }) {
  const [over, setOver] = useState(false);
  const add = useAttach(id);
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <section
      className="drop-zone"
      aria-label="会话"
      data-over={over}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(false);
        add([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && <p className="drop-hint">松开即可添加图片</p>}
    </section>
  );
}
