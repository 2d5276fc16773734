import * as sdk from './generated/sdk.gen.ts';
import type { HallPreview, HallSettings } from './generated/types.gen.ts';

type Base = Pick<NonNullable<Parameters<typeof sdk.deskHall>[0]>, 'client'> & {
  throwOnError: true;
};

/** The editors' calls about the service hall. */
export function hallCalls(base: Base) {
  return {
    hall: async () => (await sdk.deskHall(base)).data,
    settleHall: async (settings: HallSettings, version: string) =>
      (await sdk.deskSettleHall({ ...base, body: { settings, version } })).data,
    previewHall: async (body: HallPreview) => (await sdk.deskHallPreview({ ...base, body })).data,
    hallFigures: async (days: number) =>
      (await sdk.deskHallFigures({ ...base, query: { days } })).data,
    hallItems: async (days: number) => (await sdk.deskHallItems({ ...base, query: { days } })).data,
  };
}
