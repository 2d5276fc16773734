import type { Message, Option } from '@kefu/api';

/** The options that a message offers. */
export function optionsOf(message: Message): Option[] {
  switch (message.kind) {
    case 'clarify':
    case 'fallback':
      return message.content.options ?? [];
    case 'answer':
      return message.content.related ?? [];
    case 'card':
      return message.content.actions ?? [];
    default:
      return [];
  }
}

/** The words of a chosen option, found where it was offered; only its id was sent. */
export function optionTitle(
  id: string,
  messages: readonly Message[],
  elsewhere: readonly Option[] = [],
): string | undefined {
  const offered = [...messages.flatMap(optionsOf), ...elsewhere];
  return offered.find((option) => option.id === id)?.title;
}
