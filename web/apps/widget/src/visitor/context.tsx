import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { useStore } from 'zustand';
import type { PreferenceStore, Preferences } from './preferences.ts';
import type { VisitorState } from './state.ts';
import type { Visitor } from './visitor.ts';

/** What surrounds the conversation. `close` is there only inside another page. */
export type Shell = { preferences: PreferenceStore; close?: () => void };

const VisitorContext = createContext<Visitor | null>(null);
const ShellContext = createContext<Shell | null>(null);

type ProviderProps = { visitor: Visitor; shell: Shell; children: ComponentChildren };

export function VisitorProvider({ visitor, shell, children }: ProviderProps) {
  return (
    <ShellContext.Provider value={shell}>
      <VisitorContext.Provider value={visitor}>{children}</VisitorContext.Provider>
    </ShellContext.Provider>
  );
}

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (!shell) throw new Error('useShell outside of VisitorProvider');
  return shell;
}

export function usePreferences(): Preferences {
  return useStore(useShell().preferences);
}

export function useVisitor(): Visitor {
  const visitor = useContext(VisitorContext);
  if (!visitor) throw new Error('useVisitor outside of VisitorProvider');
  return visitor;
}

export function useVisitorState<T>(select: (state: VisitorState) => T): T {
  return useStore(useVisitor().store, select);
}
