import type { TopicView } from '@kefu/api';

const ROW = 34;
const LEFT = 120;
const RIGHT = 340;
const WIDTH = 700;

type Props = { topics: TopicView[]; onOpen: (topic: TopicView) => void };

/** Topics on the left, the articles that they may mean on the right, a line for each reading; thick is pinned first. */
export function TopicPicture({ topics, onOpen }: Props) {
  const titles = new Map<string, string>();
  for (const topic of topics) {
    for (const reading of topic.readings) titles.set(reading.key, reading.title || reading.key);
  }
  const keys = [...titles.keys()];
  const height = Math.max(topics.length, keys.length) * ROW + 20;
  const gap = (count: number) => (height - 20) / Math.max(count, 1);
  const leftAt = (at: number) => 10 + gap(topics.length) * (at + 0.5);
  const rightAt = (key: string) => 10 + gap(keys.length) * (keys.indexOf(key) + 0.5);
  return (
    <svg
      className="topic-picture"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`${topics.length} 个话题指向 ${keys.length} 个条目`}
    >
      {topics.flatMap((topic, at) =>
        topic.readings.map((reading, place) => (
          <path
            key={`${topic.topic} ${reading.key}`}
            d={`M${LEFT} ${leftAt(at)} C${LEFT + 110} ${leftAt(at)} ${RIGHT - 110} ${rightAt(reading.key)} ${RIGHT} ${rightAt(reading.key)}`}
            strokeWidth={Math.max(0.7, 3 - place * 0.6)}
          >
            <title>
              {topic.topic} → {reading.title}
            </title>
          </path>
        )),
      )}
      {topics.map((topic, at) => (
        // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in an SVG
        <g
          key={topic.topic}
          role="button"
          tabIndex={0}
          onClick={() => onOpen(topic)}
          onKeyDown={(event) => event.key === 'Enter' && onOpen(topic)}
        >
          <text x={LEFT - 8} y={leftAt(at) + 4} textAnchor="end" className="topic-word">
            {topic.topic}
          </text>
        </g>
      ))}
      {keys.map((key) => (
        <text key={key} x={RIGHT + 8} y={rightAt(key) + 4}>
          {titles.get(key)}
        </text>
      ))}
    </svg>
  );
}
