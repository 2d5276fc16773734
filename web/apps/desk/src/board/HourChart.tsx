import type { Board } from '@kefu/api';

type Hours = Board['today']['hours'];
const series = [
  { key: 'entered', name: '转人工' },
  { key: 'claimed', name: '接起' },
  { key: 'left', name: '放弃' },
] as const;

/** Today by the hour: who came to the queue, who was taken, who gave up. */
export function HourChart({ hours }: { hours: Hours }) {
  const most = Math.max(1, ...hours.flatMap((hour) => series.map(({ key }) => hour[key])));
  const worked = hours.filter((hour) => hour.hour >= 6);
  return (
    <figure className="chart" aria-label={`今天每小时的转人工、接起和放弃，最多 ${most}`}>
      <div className="chart-bars">
        {worked.map((hour) => (
          <div
            key={hour.hour}
            className="chart-hour"
            title={series.map(({ key, name }) => `${name} ${hour[key]}`).join('，')}
          >
            <div className="chart-columns">
              {series.map(({ key }) => (
                <i key={key} data-series={key} style={{ height: `${(hour[key] / most) * 100}%` }} />
              ))}
            </div>
            <span>{hour.hour}</span>
          </div>
        ))}
      </div>
      <figcaption>
        {series.map(({ key, name }) => (
          <span key={key}>
            <i data-series={key} /> {name}
          </span>
        ))}
        <span className="muted">最高 {most}</span>
      </figcaption>
    </figure>
  );
}
