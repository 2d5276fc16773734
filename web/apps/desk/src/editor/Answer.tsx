import { renderMarkdown } from '@kefu/chat';
import { createElement, type ReactNode } from 'react';

const POLICY = /\{\{\s*policy\.(\w+)\s*\}\}/g;

/** Puts the shop's rules in, as the service does; an unknown one stays visible. */
export function fillPolicies(text: string, policies: Record<string, string> = {}): string {
  return text.replace(POLICY, (all, name: string) => policies[name] ?? all);
}

/** An answer as the customer's page shows it. */
export function Answer({ text }: { text: string }) {
  const create = (tag: string, attributes: Record<string, unknown> | null, ...inner: ReactNode[]) =>
    createElement(tag, attributes, ...inner);
  return <div className="answer-text">{renderMarkdown<ReactNode>(create, text)}</div>;
}
