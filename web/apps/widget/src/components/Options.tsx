import type { Option } from '@kefu/api';
import { Icon } from '../chat/index.ts';
import { useVisitor } from '../visitor/context.tsx';

/** Options under one another; with numbers a customer may say "第二个". */
type OptionListProps = { options: Option[]; more?: Option; numbered?: boolean; label: string };

export function OptionList(props: OptionListProps) {
  const visitor = useVisitor();
  const { more } = props;
  const readings = props.options.filter((option) => option.target.kind !== 'none');
  const none = props.options.filter((option) => option.target.kind === 'none');
  const List = props.numbered ? 'ol' : 'ul';
  return (
    <List class="kf-options" aria-label={props.label}>
      {[...readings, ...(more ? [more] : []), ...none].map((option, index) => (
        <li key={option.id}>
          <button
            type="button"
            class="kf-option"
            data-target={option.target.kind}
            onClick={() => visitor.choose(option)}
          >
            {props.numbered && index < readings.length && (
              <span class="kf-option-number" aria-hidden="true">
                {index + 1}
              </span>
            )}
            <span class="kf-option-title">{option.title}</span>
            <Icon type={option === more ? 'exchange' : 'chevron-right'} />
          </button>
        </li>
      ))}
    </List>
  );
}

/** Options beside one another, for what is offered in passing. */
export function OptionChips(props: { options: Option[]; label: string }) {
  const visitor = useVisitor();
  if (props.options.length === 0) return null;
  return (
    <ul class="kf-chips" aria-label={props.label}>
      {props.options.map((option) => (
        <li key={option.id}>
          <button
            type="button"
            class="kf-chip"
            data-target={option.target.kind}
            onClick={() => visitor.choose(option)}
          >
            {option.title}
          </button>
        </li>
      ))}
    </ul>
  );
}
