import { Navigate, type RouteObject } from 'react-router';

export const editorRoutes: RouteObject[] = [
  { index: true, element: <Navigate to="articles" replace /> },
  {
    path: 'articles',
    lazy: async () => ({ Component: (await import('./ArticleList.tsx')).ArticleList }),
  },
  {
    path: 'articles/:key',
    lazy: async () => ({ Component: (await import('./ArticlePage.tsx')).ArticlePage }),
  },
];
