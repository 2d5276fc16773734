import type { Option } from '@kefu/api';
import { Icon } from '../chat/index.ts';
import { useVisitor } from '../visitor/context.tsx';

/** Options under one another; with numbers a customer may say "第二个". */
export function OptionList(props: { options: Option[]; numbered?: boolean; label: string }) {
  const visitor = useVisitor();
  const readings = props.options.filter((option) => option.target.kind !== 'none');
  const none = props.options.filter((option) => option.target.kind === 'none');
  const List = props.numbered ? 'ol' : 'ul';
  return (
    <List class="kf-options" aria-label={props.label}>
      {[...readings, ...none].map((option, index) => (
        <li key={option.id}>
          <button
            type="button"
            class="kf-option"
            data-target={option.target.kind}
            onClick={() => visitor.choose(option)}
          >
            {props.numbered && option.target.kind !== 'none' && (
              <span class="kf-option-number" aria-hidden="true">
                {index + 1}
              </span>
            )}
            <span class="kf-option-title">{option.title}</span>
            <Icon type="chevron-right" />
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
