import { createBrowserRouter, Navigate } from 'react-router';
import { editorRoutes } from '../editor/routes.tsx';
import { FullPageSpin, RequireUser } from './RequireUser.tsx';

export const router = createBrowserRouter(
  [
    {
      path: '/login',
      HydrateFallback: FullPageSpin,
      lazy: async () => ({ Component: (await import('./LoginPage.tsx')).LoginPage }),
    },
    {
      element: <RequireUser />,
      HydrateFallback: FullPageSpin,
      children: [
        {
          lazy: async () => ({ Component: (await import('./Frame.tsx')).Frame }),
          children: [
            {
              lazy: async () => ({ Component: (await import('./Workspace.tsx')).Workspace }),
              children: [{ index: true }, { path: 'conversations/:id' }],
            },
            {
              path: 'board',
              lazy: async () => ({ Component: (await import('../board/BoardPage.tsx')).BoardPage }),
            },
            {
              path: 'audit',
              lazy: async () => ({
                Component: (await import('../manage/AuditPage.tsx')).AuditPage,
              }),
            },
            {
              path: 'teams',
              lazy: async () => ({
                Component: (await import('../manage/TeamsPage.tsx')).TeamsPage,
              }),
            },
          ],
        },
        {
          path: 'editor',
          lazy: async () => ({
            Component: (await import('../editor/EditorFrame.tsx')).EditorFrame,
          }),
          children: editorRoutes,
        },
      ],
    },
    { path: '*', element: <Navigate to="/" replace /> },
  ],
  { basename: '/desk' },
);
