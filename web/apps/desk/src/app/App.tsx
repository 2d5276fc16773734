import { QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { RouterProvider } from 'react-router/dom';
import { queryClient } from './api.ts';
import { router } from './routes.tsx';
import { useDeskTheme } from './theme.ts';

export function App() {
  return (
    <ConfigProvider locale={zhCN} theme={useDeskTheme()} button={{ autoInsertSpace: false }}>
      <AntApp className="desk-app">
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
