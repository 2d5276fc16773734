import * as sdk from './generated/sdk.gen.ts';
import type {
  ArticleBody,
  ConsoleArticlesData,
  NewArticle,
  SettingsRequest,
} from './generated/types.gen.ts';

type Base = Pick<NonNullable<Parameters<typeof sdk.consoleArticles>[0]>, 'client'> & {
  throwOnError: true;
};
export type ArticleQuery = NonNullable<ConsoleArticlesData['query']>;

/** The editors' calls, on the signed-in client of the desk. */
export function consoleCalls(base: Base) {
  const of = (key: string) => ({ ...base, path: { key } });
  return {
    vocabulary: async () => (await sdk.consoleVocabulary(base)).data,
    articles: async (query: ArticleQuery) => (await sdk.consoleArticles({ ...base, query })).data,
    article: async (key: string) => (await sdk.consoleArticle(of(key))).data,
    createArticle: async (body: NewArticle) =>
      (await sdk.consoleCreateArticle({ ...base, body })).data,
    checkQuestions: async (key: string | null, questions: string[]) =>
      (await sdk.consoleCheckQuestions({ ...base, body: { key, questions } })).data.items,
    articleSettings: async (body: SettingsRequest) => {
      await sdk.consoleArticleSettings({ ...base, body });
    },
    saveDraft: async (key: string, version: number, body: ArticleBody) =>
      (await sdk.consoleSaveDraft({ ...of(key), body: { version, body } })).data,
    discardDraft: async (key: string, version: number) => {
      await sdk.consoleDiscardDraft({ ...of(key), query: { version } });
    },
    submitDraft: async (key: string, version: number, text: string) =>
      (await sdk.consoleSubmit({ ...of(key), body: { version, text } })).data,
    refuseDraft: async (key: string, version: number, text: string) =>
      (await sdk.consoleRefuse({ ...of(key), body: { version, text } })).data,
    publishDraft: async (key: string, version: number, text: string) =>
      (await sdk.consolePublish({ ...of(key), body: { version, text } })).data,
    comment: async (key: string, text: string) =>
      (await sdk.consoleComment({ ...of(key), body: { text } })).data,
    rollback: async (key: string, revision: number, text: string) =>
      (await sdk.consoleRollback({ ...of(key), body: { revision, text } })).data,
    withdraw: async (key: string, text: string) =>
      (await sdk.consoleWithdraw({ ...of(key), query: { text } })).data,
    diff: async (key: string, before: string, after: string) =>
      (await sdk.consoleDiff({ ...of(key), query: { before, after } })).data.fields,
  };
}
