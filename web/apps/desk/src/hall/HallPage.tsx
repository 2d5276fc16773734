import type { HallSettings, SettledHall } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Result, Skeleton, Tabs } from 'antd';
import { api, explain } from '../app/api.ts';
import { useLeaveWarning } from '../editor/useLeaveWarning.ts';
import { useTitles } from '../editor/useTitles.ts';
import { HallMerge } from './HallMerge.tsx';
import { HallPhone } from './HallPhone.tsx';
import { HallResults } from './HallResults.tsx';
import { HallSeasons } from './HallSeasons.tsx';
import { HallTexts } from './HallTexts.tsx';
import { KeyList, PinnedList } from './KeyList.tsx';
import { hallKey, useHallEditing } from './useHallEditing.tsx';
import './hall.css';

/** What customers see before they type: settled here, looked at on a phone, judged by what it solved. */
export function HallPage() {
  const hall = useQuery({
    queryKey: hallKey,
    queryFn: api.hall,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (hall.isPending) return <Skeleton active className="editor-page" />;
  if (!hall.data) {
    return <Result status="warning" title="打不开服务大厅" subTitle={explain(hall.error)} />;
  }
  return <Hall read={hall.data} />;
}

function Hall({ read }: { read: SettledHall }) {
  const edit = useHallEditing(read);
  const { hall, set, dirty, clash } = edit;
  useLeaveWarning(dirty);
  const titles = useTitles(keysOf(hall, ...(clash ? [clash.theirs.settings] : [])));
  return (
    <div className="hall">
      <section className="editor-page" aria-label="服务大厅">
        <div className="editor-tools hall-head">
          <h2>服务大厅</h2>
          {dirty && <span className="muted">有未保存的改动</span>}
          <span className="topbar-space" />
          <Button disabled={!dirty} onClick={edit.discard}>
            放弃改动
          </Button>
          <Button type="primary" disabled={!dirty} loading={edit.saving} onClick={edit.save}>
            保存并生效
          </Button>
        </div>
        <Tabs
          items={[
            {
              key: 'items',
              label: '推荐与工具',
              children: (
                <>
                  <PinnedList
                    value={hall.pinned ?? []}
                    titles={titles}
                    onChange={(value) => set('pinned', value)}
                  />
                  <KeyList
                    title="热门问题"
                    hint="按这个顺序显示；置顶和订单推荐里已有的不重复出现"
                    value={hall.hot ?? []}
                    titles={titles}
                    onChange={(value) => set('hot', value)}
                  />
                  <KeyList
                    title="自助工具"
                    hint="首屏的图标；选附有办理工具的条目最合适"
                    value={hall.tools ?? []}
                    titles={titles}
                    onChange={(value) => set('tools', value)}
                  />
                  <KeyList
                    title="隐藏"
                    hint="这些条目不在首屏任何地方出现；客户问到照常回答"
                    value={hall.hidden ?? []}
                    titles={titles}
                    onChange={(value) => set('hidden', value)}
                  />
                </>
              ),
            },
            {
              key: 'seasons',
              label: '排期',
              children: (
                <HallSeasons
                  value={hall.seasons ?? []}
                  titles={titles}
                  onChange={(value) => set('seasons', value)}
                />
              ),
            },
            {
              key: 'texts',
              label: '公告与文字',
              children: <HallTexts hall={hall} set={set} />,
            },
            { key: 'results', label: '效果', children: <HallResults /> },
          ]}
        />
      </section>
      <HallPhone hall={hall} />
      {clash && (
        <HallMerge
          mine={hall}
          clash={clash}
          titles={titles}
          onMerge={edit.merge}
          onCancel={edit.dismissClash}
        />
      )}
    </div>
  );
}

function keysOf(...halls: HallSettings[]): string[] {
  const keys = halls.flatMap((hall) => [
    ...(hall.pinned ?? []).map((one) => one.key),
    ...[hall.hot, hall.tools, hall.hidden].flatMap((some) => some ?? []),
    ...(hall.seasons ?? []).flatMap((one) => one.keys),
  ]);
  return [...new Set(keys)];
}
