import * as sdk from './generated/sdk.gen.ts';

type Base = Pick<NonNullable<Parameters<typeof sdk.consoleIntents>[0]>, 'client'> & {
  throwOnError: true;
};
/** The numbers of the files that somebody has seen: whoever writes on an older one is refused. */
export type Numbers = Record<string, number>;

/** The editors' calls about intents, rules and stories. */
export function intentCalls(base: Base) {
  const of = (name: string) => ({ ...base, path: { name } });
  const file = (path: string) => ({ ...base, path: { path } });
  return {
    intents: async () => (await sdk.consoleIntents(base)).data,
    examples: async (query: { intent?: string; q?: string }) =>
      (await sdk.consoleExamples({ ...base, query })).data,
    createIntent: async (name: string, examples: string[], numbers: Numbers) =>
      (await sdk.consoleCreateIntent({ ...base, body: { name, examples, numbers } })).data,
    renameIntent: async (old: string, name: string, numbers: Numbers) =>
      (await sdk.consoleRenameIntent({ ...of(old), body: { name, numbers } })).data,
    deleteIntent: async (name: string, number: number) =>
      (await sdk.consoleDeleteIntent({ ...of(name), query: { number } })).data,
    addExamples: async (name: string, examples: string[], numbers: Numbers) =>
      (await sdk.consoleAddExamples({ ...of(name), body: { examples, numbers } })).data,
    replaceExample: async (name: string, old: string, text: string, numbers: Numbers) =>
      (await sdk.consoleReplaceExample({ ...of(name), body: { old, new: text, numbers } })).data,
    removeExamples: async (
      name: string,
      examples: string[],
      target: string | null,
      numbers: Numbers,
    ) =>
      (await sdk.consoleRemoveExamples({ ...of(name), body: { examples, target, numbers } })).data,
    mergeIntent: async (name: string, target: string, numbers: Numbers) =>
      (await sdk.consoleMergeIntent({ ...of(name), body: { target, numbers } })).data,
    undoIntents: async (versions: Numbers, numbers: Numbers) =>
      (await sdk.consoleUndoIntents({ ...base, body: { versions, numbers } })).data,
    conflicts: async () => (await sdk.consoleConflicts(base)).data,
    findConflicts: async () => (await sdk.consoleFindConflicts(base)).data,
    stories: async () => (await sdk.consoleStories(base)).data,
    checkStory: async (path: string, text: string) =>
      (await sdk.consoleCheckStory({ ...file(path), body: { text, number: 0 } })).data,
    saveStory: async (path: string, text: string, number: number) =>
      (await sdk.consoleSaveStory({ ...file(path), body: { text, number } })).data,
    storyVersions: async (path: string) => (await sdk.consoleStoryVersions(file(path))).data.items,
    storyText: async (path: string, number: number) =>
      (await sdk.consoleStoryText({ ...file(path), query: { number } })).data.text,
  };
}
