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
  {
    path: 'intents',
    lazy: async () => ({ Component: (await import('../intents/IntentsPage.tsx')).IntentsPage }),
  },
  {
    path: 'stories',
    lazy: async () => ({ Component: (await import('../intents/StoriesPage.tsx')).StoriesPage }),
  },
  {
    path: 'hall',
    lazy: async () => ({ Component: (await import('../hall/HallPage.tsx')).HallPage }),
  },
  { path: 'replies', lazy: async () => ({ Component: (await import('./Replies.tsx')).Replies }) },
  { path: 'topics', lazy: async () => ({ Component: (await import('./Topics.tsx')).Topics }) },
  {
    path: 'import',
    lazy: async () => ({ Component: (await import('./ImportExport.tsx')).ImportExport }),
  },
  {
    path: 'help',
    lazy: async () => ({ Component: (await import('./Handbook.tsx')).Handbook }),
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
