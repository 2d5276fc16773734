import { Button, Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useShell, useVisitor, useVisitorState } from '../visitor/context.tsx';
import type { VisitorState } from '../visitor/state.ts';
import { Settings } from './Settings.tsx';
import { useAction } from './useAction.ts';

export function Header() {
  const shopName = useVisitorState((state) => state.hall?.title) || texts.shopName;
  return (
    <header class="kf-header">
      <Speaker />
      <div class="kf-header-names">
        <h1>{shopName}</h1>
        <Subtitle />
      </div>
      <HumanButton />
      <Settings />
      <CloseButton />
    </header>
  );
}

/** In a frame, the page around it folds us away. */
function CloseButton() {
  const close = useShell().close;
  if (!close) return null;
  return (
    <button type="button" class="kf-icon-button" aria-label={texts.closeWindow} onClick={close}>
      <Icon type="close" />
    </button>
  );
}

function Speaker() {
  const human = useVisitorState((state) => state.state === 'human');
  const agent = useVisitorState((state) => state.agent);
  return human ? (
    <span class="kf-avatar kf-avatar--agent" aria-hidden="true">
      {agent?.name.slice(0, 1) ?? <Icon type="agent" />}
    </span>
  ) : (
    <span class="kf-avatar" aria-hidden="true">
      <Icon type="agent" />
    </span>
  );
}

/** Who speaks: never leave it open whether it is a person. */
function Subtitle() {
  const who = useVisitorState(whoSpeaks);
  const state = useVisitorState((all) => all.state);
  return (
    <p class="kf-header-who" data-testid="speaker" data-state={state}>
      <span class="kf-dot" />
      <span class="kf-header-words">{who}</span>
    </p>
  );
}

function whoSpeaks({ state, agent, queue }: VisitorState): string {
  switch (state) {
    case 'human':
      return agent ? texts.agentIs(agent.name, agent.number) : texts.agent;
    case 'queued':
      // Without an estimate nobody is on duty: "connecting" would promise what nobody does.
      return queue?.eta_seconds === null ? texts.nobodyTitle : texts.queuedTitle;
    case 'closed':
      return texts.closedTitle;
    default:
      return `${texts.bot} · AI`;
  }
}

function HumanButton() {
  const visitor = useVisitor();
  const state = useVisitorState((all) => all.state);
  const ready = useVisitorState((all) => all.phase === 'ready');
  const [busy, run] = useAction();
  if (state === 'human') return null;
  const label = state === 'queued' ? texts.queueing : texts.toHuman;
  return (
    <Button
      className="kf-human"
      data-testid="to-human"
      disabled={!ready || busy || state === 'queued'}
      onClick={() => run(() => visitor.askHuman())}
    >
      <Icon type="agent" />
      {label}
    </Button>
  );
}
