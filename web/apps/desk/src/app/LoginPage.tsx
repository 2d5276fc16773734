import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useLocation, useNavigate } from 'react-router';
import { api, explain, keys, queryClient } from './api.ts';
import { Logo } from './Logo.tsx';

type Credentials = { username: string; password: string };

export function LoginPage() {
  const navigate = useNavigate();
  const location = useLocation();
  const login = useMutation({
    mutationFn: ({ username, password }: Credentials) => api.login(username, password),
    onSuccess: (signedIn) => {
      queryClient.setQueryData(keys.me, signedIn);
      const { from } = (location.state ?? {}) as { from?: string };
      navigate(from ?? '/', { replace: true });
    },
  });
  return (
    <main className="login">
      <section className="login-card">
        <Logo />
        <h1>坐席工作台</h1>
        <p className="login-hint">登录后开始接待客户</p>
        {login.isError && (
          <Alert type="error" showIcon title={explain(login.error)} className="login-error" />
        )}
        <Form<Credentials>
          layout="vertical"
          size="large"
          onFinish={login.mutate}
          requiredMark={false}
        >
          <Form.Item
            name="username"
            label="用户名"
            rules={[{ required: true, message: '请输入用户名' }]}
          >
            <Input prefix={<UserOutlined />} autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item
            name="password"
            label="密码"
            rules={[{ required: true, message: '请输入密码' }]}
          >
            <Input.Password prefix={<LockOutlined />} autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={login.isPending}>
            登录
          </Button>
        </Form>
      </section>
    </main>
  );
}
