import { ApiError, type StaffUser } from '@kefu/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Result, Spin } from 'antd';
import { createContext, useContext } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { api, explain, keys } from './api.ts';

const UserContext = createContext<StaffUser | null>(null);

/** The person who has signed in. */
export function useUser(): StaffUser {
  const user = useContext(UserContext);
  if (!user) throw new Error('useUser outside of RequireUser');
  return user;
}

/** Whether the person who has signed in may do this; the service checks it again. */
export function useRight(right: string): boolean {
  return useUser().rights.includes(right);
}

export function FullPageSpin() {
  return (
    <div className="desk-center">
      <Spin size="large" />
    </div>
  );
}

export function RequireUser() {
  const location = useLocation();
  const me = useQuery({ queryKey: keys.me, queryFn: api.me, staleTime: Number.POSITIVE_INFINITY });
  if (me.isPending) return <FullPageSpin />;
  if (me.error instanceof ApiError && me.error.status === 401) {
    return <Navigate to="/login" replace state={{ from: location.pathname + location.search }} />;
  }
  if (me.error) {
    return (
      <div className="desk-center">
        <Result
          status="warning"
          title="暂时连不上服务"
          subTitle={explain(me.error)}
          extra={
            <Button type="primary" onClick={() => void me.refetch()}>
              重试
            </Button>
          }
        />
      </div>
    );
  }
  return (
    <UserContext.Provider value={me.data.user}>
      <Outlet />
    </UserContext.Provider>
  );
}
