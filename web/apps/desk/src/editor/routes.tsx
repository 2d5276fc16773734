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
  { path: 'gaps', lazy: async () => ({ Component: (await import('./Gaps.tsx')).Gaps }) },
  { path: 'topics', lazy: async () => ({ Component: (await import('./Topics.tsx')).Topics }) },
  {
    path: 'import',
    lazy: async () => ({ Component: (await import('./ImportExport.tsx')).ImportExport }),
  },
  {
    path: 'training',
    lazy: async () => ({
      Component: (await import('./training/TrainingPage.tsx')).TrainingPage,
    }),
  },
  {
    path: 'training/:id',
    lazy: async () => ({ Component: (await import('./training/RunPage.tsx')).RunPage }),
  },
  {
    path: 'held-out',
    lazy: async () => ({ Component: (await import('./training/HeldOutPage.tsx')).HeldOutPage }),
  },
  { path: 'try', lazy: async () => ({ Component: (await import('./TryOut.tsx')).TryOut }) },
];
