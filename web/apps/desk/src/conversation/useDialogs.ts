import { create } from 'zustand';

export type DialogName = 'close' | 'transfer' | 'note' | 'return' | 'assign' | 'discharge';

type Dialogs = { open: DialogName | null; show: (open: DialogName | null) => void };

/** Which dialog about the conversation is open; keys and buttons open the same ones. */
export const useDialogs = create<Dialogs>((set) => ({
  open: null,
  show: (open) => set({ open }),
}));
