import type { HallSettings } from '@kefu/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { api, explain } from '../app/api.ts';
import { useVocabulary } from '../editor/words.ts';

type Preview = Parameters<typeof api.previewHall>[0];

/** The customer's own page in a phone, with the hall as it would be under these settings. */
export function HallPhone({ hall }: { hall: HallSettings }) {
  const vocabulary = useVocabulary();
  const [state, setState] = useState('');
  const settings = useDeferredValue(JSON.stringify(hall));
  const shown = useQuery({
    queryKey: ['editor', 'hall', 'preview', settings, state],
    queryFn: () =>
      api.previewHall({
        settings: JSON.parse(settings),
        order_state: (state || null) as Preview['order_state'],
      }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent) => {
      if (source === frame.current?.contentWindow && data?.type === 'kefu.hall.ready')
        setReady(true);
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, []);
  useEffect(() => {
    if (!ready || !shown.data) return;
    frame.current?.contentWindow?.postMessage(
      { type: 'kefu.hall', hall: shown.data },
      window.location.origin,
    );
  }, [ready, shown.data]);
  return (
    <aside className="hall-phone" aria-label="预览">
      <Select
        aria-label="预览哪种客户"
        className="wide"
        value={state}
        onChange={setState}
        options={[
          { value: '', label: '没有登录的客户' },
          ...(vocabulary?.order_states ?? []).map(({ value, label }) => ({
            value,
            label: `订单${label}的客户`,
          })),
        ]}
      />
      <div className="hall-frame">
        <iframe ref={frame} title="客户看到的首屏" src="/chat/preview.html" />
      </div>
      <p className="muted">
        {shown.isError ? explain(shown.error) : '改动会立刻显示在这里，保存之前客户看不到。'}
      </p>
    </aside>
  );
}
