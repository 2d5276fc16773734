/** What belongs to the reply that is being written, besides its words: pictures, and what it quotes. */

import type { Message } from '@kefu/api';
import { shrink } from '@kefu/chat';
import { create } from 'zustand';

const LIMIT_BYTES = 10_000_000;
const KINDS = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
export const MOST_PICTURES = 9;

export type Attachment = { id: string; picture: Blob; url: string };
type Reply = { pictures: readonly Attachment[]; quote?: Message };

const nothing: Reply = { pictures: [] };

type Replies = {
  byConversation: Readonly<Record<string, Reply>>;
  change: (id: string, change: Partial<Reply>) => void;
};

const useReplies = create<Replies>((set) => ({
  byConversation: {},
  change: (id, change) =>
    set(({ byConversation }) => ({
      byConversation: { ...byConversation, [id]: { ...nothing, ...byConversation[id], ...change } },
    })),
}));

export function useReply(id: string): Reply {
  return useReplies((state) => state.byConversation[id] ?? nothing);
}

export function quote(id: string, message: Message | undefined): void {
  useReplies.getState().change(id, { quote: message });
  if (message) document.getElementById('reply')?.focus();
}

/** One line of a message, for what answers it. */
export function excerptOf({ content }: Message): string {
  const { text, title } = content as { text?: string; title?: string };
  return text ?? title ?? '[图片]';
}

/**
 * Puts pictures beside the words; they leave together.
 *
 * @returns what is wrong with those that were not taken, in words; nothing when all were
 */
export async function attach(id: string, files: readonly File[]): Promise<string | undefined> {
  const wrong = files.filter((file) => !KINDS.includes(file.type));
  const made = await Promise.all(
    files.filter((file) => KINDS.includes(file.type)).map((file) => shrink(file)),
  );
  const fitting = made.filter((picture) => picture.size <= LIMIT_BYTES);
  const { byConversation, change } = useReplies.getState();
  const before = byConversation[id]?.pictures ?? [];
  const room = MOST_PICTURES - before.length;
  const taken = fitting.slice(0, room).map((picture) => ({
    id: crypto.randomUUID?.() ?? String(Math.random()),
    picture,
    url: URL.createObjectURL(picture),
  }));
  change(id, { pictures: [...before, ...taken] });
  if (wrong.length > 0) return '只能发送 JPG、PNG、GIF 和 WebP 图片';
  if (fitting.length < made.length) return '一张图片最大 10 MB';
  return fitting.length > room ? `一次最多 ${MOST_PICTURES} 张` : undefined;
}

export function detach(id: string, attachment: string): void {
  const { byConversation, change } = useReplies.getState();
  const before = byConversation[id]?.pictures ?? [];
  for (const one of before) if (one.id === attachment) URL.revokeObjectURL(one.url);
  change(id, { pictures: before.filter((one) => one.id !== attachment) });
}

/** The reply has left: nothing of it stays in the box. */
export function clearReply(id: string): void {
  for (const { url } of useReplies.getState().byConversation[id]?.pictures ?? []) {
    URL.revokeObjectURL(url);
  }
  useReplies.getState().change(id, nothing);
  useReplies.getState().change(id, { quote: undefined });
}

/** What was taken back from here, so that it can be written better; gone with the page. */
export const useRecalled = create<Readonly<Record<string, string>>>(() => ({}));

export function rememberRecalled(messageId: string, text: string): void {
  useRecalled.setState({ [messageId]: text });
}
