import * as sdk from './generated/sdk.gen.ts';
import type {
  AddSimilarRequest,
  ArticleBody,
  CaseRequest,
  ConsoleArticlesData,
  DraftFromGap,
  GapView,
  NewArticle,
  ReplyDraft,
  SettingsRequest,
  TopicRequest,
  TryRequest,
} from './generated/types.gen.ts';

type Base = Pick<NonNullable<Parameters<typeof sdk.consoleArticles>[0]>, 'client'> & {
  throwOnError: true;
};
export type GapState = GapView['state'];
export type ArticleQuery = NonNullable<ConsoleArticlesData['query']>;

/** The editors' calls, on the signed-in client of the desk. */
export function consoleCalls(base: Base) {
  const of = (key: string) => ({ ...base, path: { key } });
  const job = (job_id: string) => ({ ...base, path: { job_id } });
  const gap = (gap_id: string) => ({ ...base, path: { gap_id } });
  return {
    vocabulary: async () => (await sdk.consoleVocabulary(base)).data,
    articles: async (query: ArticleQuery) => (await sdk.consoleArticles({ ...base, query })).data,
    titles: async (key: string[]) => (await sdk.consoleTitles({ ...base, query: { key } })).data,
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
    realQuestions: async (key: string) => (await sdk.consoleRealQuestions(of(key))).data.items,
    due: async () => (await sdk.consoleDue(base)).data,
    replies: async () => (await sdk.consoleReplies(base)).data.items,
    replyArticle: async (body: ReplyDraft) =>
      (await sdk.consoleReplyArticle({ ...base, body })).data.key,
    ignoreReplies: async (ids: string[]) => {
      await sdk.consoleReplyIgnore({ ...base, body: { ids } });
    },
    unanswered: async (state: GapState) =>
      (await sdk.consoleUnanswered({ ...base, query: { state } })).data,
    regroup: async () => {
      await sdk.consoleRegroup(base);
    },
    gapSimilar: async (id: string, body: AddSimilarRequest) =>
      (await sdk.consoleGapSimilar({ ...gap(id), body })).data,
    gapArticle: async (id: string, body: DraftFromGap) =>
      (await sdk.consoleGapArticle({ ...gap(id), body })).data,
    gapIgnore: async (id: string, text: string) =>
      (await sdk.consoleGapIgnore({ ...gap(id), body: { text } })).data,
    gapReopen: async (id: string) => (await sdk.consoleGapReopen(gap(id))).data,
    topics: async () => (await sdk.consoleTopics(base)).data.items,
    saveTopic: async (topic: string, body: TopicRequest) =>
      (await sdk.consoleSaveTopic({ ...base, path: { topic }, body })).data.items,
    deleteTopic: async (topic: string, version: string) =>
      (await sdk.consoleDeleteTopic({ ...base, path: { topic }, query: { version } })).data.items,
    tryOut: async (body: TryRequest) => (await sdk.consoleTry({ ...base, body })).data,
    cases: async () => (await sdk.consoleCases(base)).data.items,
    keepCase: async (body: CaseRequest) => (await sdk.consoleKeepCase({ ...base, body })).data,
    forgetCase: async (id: string) => {
      await sdk.consoleDeleteCase({ ...base, path: { case_id: id } });
    },
    runCases: async () => (await sdk.consoleRunCases(base)).data.items,
    submitMany: async (keys: string[]) =>
      (await sdk.consoleSubmitMany({ ...base, body: { keys } })).data,
    publishMany: async (keys: string[]) =>
      (await sdk.consolePublishMany({ ...base, body: { keys } })).data,
    importTable: async (table: File) =>
      (
        await sdk.consoleImport({
          ...base,
          query: { name: table.name },
          body: table as never,
          bodySerializer: (body) => body,
          headers: { 'Content-Type': table.type || 'text/csv' },
        })
      ).data,
    imports: async () => (await sdk.consoleImports(base)).data.items,
    importJob: async (id: string) => (await sdk.consoleImportJob(job(id))).data,
    confirmImport: async (id: string) => (await sdk.consoleConfirmImport(job(id))).data,
    cancelImport: async (id: string) => (await sdk.consoleCancelImport(job(id))).data,
    exportUrl: (what: 'articles' | 'template', format: 'csv' | 'xlsx', category?: string) =>
      `/api/v1/console/export?${new URLSearchParams({ what, format, ...(category && { category }) })}`,
    diff: async (key: string, before: string, after: string) =>
      (await sdk.consoleDiff({ ...of(key), query: { before, after } })).data.fields,
  };
}
