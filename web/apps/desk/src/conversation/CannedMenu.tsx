import type { Canned } from '@kefu/api';

type MenuProps = { items: Canned[]; active: number; onChoose: (phrase: Canned) => void };

export function CannedMenu({ items, active, onChoose }: MenuProps) {
  if (items.length === 0) return <p className="canned-menu muted">没有这样的常用语</p>;
  return (
    <div className="canned-menu" role="listbox" aria-label="常用语" data-testid="canned-menu">
      {items.map((phrase, index) => (
        <button
          key={phrase.id}
          type="button"
          role="option"
          aria-selected={index === active}
          // The text box keeps the focus: a press must not take it.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(phrase)}
        >
          <kbd>/{phrase.code}</kbd>
          <span>{phrase.text}</span>
        </button>
      ))}
    </div>
  );
}
