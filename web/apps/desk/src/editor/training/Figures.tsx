import { Table, Tag } from 'antd';
import { type Figure, type Interval, percent, type Report } from './words.ts';

/** Every figure beside what serves, with 95 % intervals. */
export function Figures({ report }: { report: Report }) {
  return (
    <>
      <h3>与线上相比</h3>
      <Table<Figure>
        size="small"
        rowKey={(one) => `${one.set}-${one.name}`}
        dataSource={report.figures}
        pagination={false}
        scroll={{ x: 860 }}
        columns={[
          { title: '集', width: 110, render: (_, one) => one.set_label },
          {
            title: '项',
            render: (_, one) => (
              <>
                {one.label}{' '}
                <span className="muted">{one.more_is_better ? '越多越好' : '越少越好'}</span>
              </>
            ),
          },
          { title: '线上', width: 190, render: (_, one) => <Bar interval={one.live} /> },
          {
            title: '候选',
            width: 190,
            render: (_, one) => <Bar interval={one.candidate} strong />,
          },
          { title: '差（95 % 区间）', width: 220, render: (_, one) => <Difference figure={one} /> },
        ]}
      />
    </>
  );
}

/** A share as a bar, with its interval as a whisker. */
export function Bar({ interval, strong }: { interval: Interval; strong?: boolean }) {
  const label = `${percent(interval.share)}（${percent(interval.low)}–${percent(interval.high)}），${interval.count}/${interval.of}`;
  return (
    <span className="figure-bar" title={label}>
      <svg viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label={label}>
        <rect className="figure-ground" x="0" y="3" width="100" height="8" />
        <rect
          className={strong ? 'figure-share strong' : 'figure-share'}
          x="0"
          y="3"
          width={interval.share * 100}
          height="8"
        />
        <path
          className="figure-whisker"
          d={`M${interval.low * 100} 7H${interval.high * 100}M${interval.low * 100} 4v6M${interval.high * 100} 4v6`}
        />
      </svg>
      <b>{percent(interval.share)}</b>
    </span>
  );
}

function Difference({ figure }: { figure: Figure }) {
  const { mean, low, high } = figure.difference;
  const good = figure.more_is_better ? mean : -mean;
  const sure = low > 0 || high < 0;
  const sign = (value: number) => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`;
  return (
    <span className={sure ? (good > 0 ? 'figure-better' : 'figure-worse') : undefined}>
      {mean === 0 ? '没有变化' : `${sign(mean)}（${sign(low)} … ${sign(high)}）`}{' '}
      {figure.blocks && <Tag color="red">不放行</Tag>}
    </span>
  );
}
