import { Button, Icon } from '../chat/index.ts';
import { texts } from '../texts/index.ts';
import { useVisitor } from '../visitor/context.tsx';

export function StartFailed() {
  const visitor = useVisitor();
  return (
    <div class="kf-failed" role="alert">
      <Icon type="warning-circle" />
      <h2>{texts.startFailed}</h2>
      <p>{texts.startFailedHint}</p>
      <Button color="primary" onClick={() => void visitor.start()}>
        {texts.tryAgain}
      </Button>
    </div>
  );
}
