import { useQuery } from '@tanstack/react-query';
import { Alert, Result, Skeleton, Tabs } from 'antd';
import { useParams } from 'react-router';
import { api, explain } from '../app/api.ts';
import { ArticleForm } from './ArticleForm.tsx';
import { ArticleHead } from './ArticleHead.tsx';
import { ArticleMerge } from './ArticleMerge.tsx';
import { History } from './History.tsx';
import { Preview } from './Preview.tsx';
import { useArticleEditing } from './useArticleEditing.ts';
import { useLeaveWarning } from './useLeaveWarning.ts';
import { useTitles } from './useTitles.ts';
import { Versions } from './Versions.tsx';
import { editorKeys, fieldName, useVocabulary } from './words.ts';

export function ArticlePage() {
  const { key = '' } = useParams();
  const article = useQuery({
    queryKey: editorKeys.article(key),
    queryFn: () => api.article(key),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (article.isPending) return <Skeleton active className="editor-page" />;
  if (!article.data) {
    return <Result status="warning" title="打不开这个条目" subTitle={explain(article.error)} />;
  }
  return <Editing key={key} articleKey={key} />;
}

function Editing({ articleKey }: { articleKey: string }) {
  const vocabulary = useVocabulary();
  const edit = useArticleEditing(articleKey);
  useLeaveWarning(edit.dirty);
  const titles = useTitles(edit.body.related);
  const { article, problems } = edit;
  return (
    <div className="article">
      <ArticleHead edit={edit} />
      {problems.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={problems
            .map((one) => `${fieldName(one.field, vocabulary)}：${one.message}`)
            .join('；')}
        />
      )}
      <div className="article-columns">
        <ArticleForm
          articleKey={articleKey}
          body={edit.body}
          set={edit.set}
          errors={Object.fromEntries(problems.map((one) => [one.field, one.message]))}
          titles={titles}
        />
        <aside className="article-side">
          <Tabs
            items={[
              {
                key: 'preview',
                label: '客户看到的',
                children: <Preview body={edit.body} titles={titles} />,
              },
              {
                key: 'versions',
                label: `版本（${article.revisions.length}）`,
                children: <Versions article={article} onRollback={edit.rollback} />,
              },
              {
                key: 'history',
                label: '审核与评论',
                children: <History history={article.history} onComment={edit.comment} />,
              },
            ]}
          />
        </aside>
      </div>
      {edit.clash && (
        <ArticleMerge
          mine={edit.body}
          clash={edit.clash}
          onMerge={edit.merge}
          onCancel={edit.dismissClash}
        />
      )}
    </div>
  );
}
