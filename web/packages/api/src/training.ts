import type { consoleCalls } from './console.ts';
import * as sdk from './generated/sdk.gen.ts';
import type { ConsoleHeldOutData, LabelRequest, RunView } from './generated/types.gen.ts';

export type HeldOutTab = NonNullable<NonNullable<ConsoleHeldOutData['query']>['tab']>;
export type Label = LabelRequest['label'];

/** The editors' calls about training, releases and the held-out set. */
export function trainingCalls(base: Parameters<typeof consoleCalls>[0]) {
  const run = (run_id: string) => ({ ...base, path: { run_id } });
  const item = (item_id: string) => ({ ...base, path: { item_id } });
  return {
    trainings: async () => (await sdk.consoleTrainingRuns(base)).data,
    train: async (kind: RunView['kind']) =>
      (await sdk.consoleTrain({ ...base, body: { kind } })).data,
    training: async (id: string, log_after: number) =>
      (await sdk.consoleTrainingRun({ ...run(id), query: { log_after } })).data,
    cancelTraining: async (id: string) => (await sdk.consoleCancelTraining(run(id))).data,
    release: async (id: string, share: number, reason: string) =>
      (await sdk.consoleRelease({ ...run(id), body: { share, reason } })).data,
    withdrawTrial: async (id: string) => (await sdk.consoleWithdrawTrial(run(id))).data,
    rollBackRun: async (id: string) => (await sdk.consoleRollBackRun(run(id))).data,
    restore: async (release_id: string) => {
      await sdk.consoleRestore({ ...base, path: { release_id } });
    },
    trial: async (id: string) => (await sdk.consoleTrial(run(id))).data,
    heldOut: async (tab: HeldOutTab, q: string, cursor?: string) =>
      (await sdk.consoleHeldOut({ ...base, query: { tab, q, ...(cursor && { cursor }) } })).data,
    label: async (id: string, label: Label) =>
      (await sdk.consoleLabel({ ...item(id), body: { label } })).data,
    resolveLabel: async (id: string, label: Label) =>
      (await sdk.consoleResolveLabel({ ...item(id), body: { label } })).data,
    dropHeldOut: async (id: string) => (await sdk.consoleDropHeldOut(item(id))).data,
    gapIntent: async (gap_id: string, intent: string, texts: string[]) =>
      (await sdk.consoleGapIntent({ ...base, path: { gap_id }, body: { intent, texts } })).data,
    heldOutUrl: '/api/v1/console/held-out/export',
  };
}
