import { ApiError, type HallSettings, type SettledHall } from '@kefu/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api, explain, queryClient } from '../app/api.ts';

export const hallKey = ['editor', 'hall', 'settings'] as const;

/** What somebody else saved meanwhile, beside what I began with. */
export type Clash = { base: HallSettings; theirs: SettledHall };
type Wanted = { settings: HallSettings; version: string; said: string };

/** The hall under edit; `read` is what was settled when the page was opened. */
export function useHallEditing(read: SettledHall) {
  const { message } = App.useApp();
  const [begun, setBegun] = useState(read);
  const [hall, setHall] = useState(read.settings);
  const [clash, setClash] = useState<Clash>();
  const show = (settled: SettledHall) => {
    queryClient.setQueryData(hallKey, settled);
    setBegun(settled);
    setHall(settled.settings);
    setClash(undefined);
  };
  const settle = useMutation({
    mutationFn: ({ settings, version }: Wanted) => api.settleHall(settings, version),
    onSuccess: (settled, { said }) => {
      const before = begun.settings;
      show(settled);
      const undo = () => {
        message.destroy('hall');
        settle.mutate({ settings: before, version: settled.version, said: '已撤销' });
      };
      void message.success({
        key: 'hall',
        duration: 8,
        content: (
          <>
            {said}
            <Button type="link" size="small" onClick={undo}>
              撤销
            </Button>
          </>
        ),
      });
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.code === 'hall_changed') {
        setClash({ base: begun.settings, theirs: await api.hall() });
      } else void message.error(explain(error), 6);
    },
  });
  return {
    hall,
    clash,
    dirty: JSON.stringify(hall) !== JSON.stringify(begun.settings),
    saving: settle.isPending,
    set: <K extends keyof HallSettings>(field: K, value: HallSettings[K]) =>
      setHall((before) => ({ ...before, [field]: value })),
    discard: () => setHall(begun.settings),
    save: () =>
      settle.mutate({
        settings: hall,
        version: begun.version,
        said: '已生效，客户下次打开就能看到',
      }),
    merge: (settings: HallSettings) =>
      settle.mutate({
        settings,
        version: clash?.theirs.version ?? '',
        said: '已合并并保存，客户下次打开就能看到',
      }),
    dismissClash: () => setClash(undefined),
  };
}
