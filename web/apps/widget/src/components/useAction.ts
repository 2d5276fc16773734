import { ApiError } from '@kefu/api';
import { useCallback, useRef, useState } from 'preact/hooks';
import { toast } from '../chat/index.ts';
import { texts } from '../texts/index.ts';

/** Runs one request at a time and says kindly when it failed. */
export function useAction(): [busy: boolean, run: (action: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false);
  const running = useRef(false);
  const run = useCallback((action: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    action()
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        const message = error.status === 429 ? texts.tooMany : error.detail || error.message;
        toast.fail(message || texts.actionFailed);
      })
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  }, []);
  return [busy, run];
}
