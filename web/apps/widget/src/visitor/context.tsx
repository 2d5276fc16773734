import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { useStore } from 'zustand';
import type { VisitorState } from './state.ts';
import type { Visitor } from './visitor.ts';

const VisitorContext = createContext<Visitor | null>(null);

export function VisitorProvider(props: { visitor: Visitor; children: ComponentChildren }) {
  return <VisitorContext.Provider value={props.visitor}>{props.children}</VisitorContext.Provider>;
}

export function useVisitor(): Visitor {
  const visitor = useContext(VisitorContext);
  if (!visitor) throw new Error('useVisitor outside of VisitorProvider');
  return visitor;
}

export function useVisitorState<T>(select: (state: VisitorState) => T): T {
  return useStore(useVisitor().store, select);
}
