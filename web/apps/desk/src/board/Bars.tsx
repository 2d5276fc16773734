type Bar = { name: string; parts: { key: string; title: string; value: number }[] };

/** Lying bars, one a line: how teams or agents compare at a glance; the numbers stand beside them. */
export function Bars({ label, bars }: { label: string; bars: Bar[] }) {
  const sum = ({ parts }: Bar) => parts.reduce((total, { value }) => total + value, 0);
  const most = Math.max(1, ...bars.map(sum));
  return (
    <figure className="bars" aria-label={label}>
      {bars.map((bar) => (
        <div key={bar.name} className="bar-line">
          <span className="bar-name">{bar.name}</span>
          <span className="bar-track">
            {bar.parts.map(({ key, title, value }) => (
              <i
                key={key}
                data-series={key}
                title={`${title} ${value}`}
                style={{ width: `${(value / most) * 100}%` }}
              />
            ))}
          </span>
          <span className="bar-value">{bar.parts.map(({ value }) => value).join(' / ')}</span>
        </div>
      ))}
      <figcaption>
        {bars[0]?.parts.map(({ key, title }) => (
          <span key={key}>
            <i data-series={key} /> {title}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
