import { Button, Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor } from '../visitor/context.tsx';

export function StartFailed() {
  const visitor = useVisitor();
  return (
    <main class="kf-failed">
      <Icon type="warning-circle" />
      <div role="alert">
        <h2>{texts.startFailed}</h2>
        <p>{texts.startFailedHint}</p>
      </div>
      <Button color="primary" onClick={() => void visitor.start()}>
        {texts.tryAgain}
      </Button>
    </main>
  );
}
