import { CustomerServiceOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { NavLink, Outlet } from 'react-router';
import { Logo } from '../app/Logo.tsx';
import { useUser } from '../app/RequireUser.tsx';
import { UserMenu } from '../app/TopBar.tsx';
import './editor.css';
import './article.css';
import './preview.css';
import './learning.css';
import './training/training.css';

const places = [
  { to: 'articles', name: '知识条目' },
  { to: 'gaps', name: '没听懂的' },
  { to: 'replies', name: '坐席答复' },
  { to: 'topics', name: '含糊的词' },
  { to: 'hall', name: '服务大厅' },
  { to: 'intents', name: '意图' },
  { to: 'stories', name: '规则与故事' },
  { to: 'try', name: '试一试' },
  { to: 'training', name: '训练与发布' },
  { to: 'held-out', name: '留出集' },
  { to: 'import', name: '导入导出' },
];

/** The editors' pages: a bar with where one can go, and the page. */
export function EditorFrame() {
  const { role } = useUser();
  return (
    <div className="editor">
      <header className="topbar">
        <Logo />
        <h1>知识与训练</h1>
        <nav className="editor-nav" aria-label="编辑页面">
          {places.map((place) => (
            <NavLink key={place.to} to={place.to}>
              {place.name}
            </NavLink>
          ))}
        </nav>
        <span className="topbar-space" />
        <NavLink to="help" className="editor-back">
          <QuestionCircleOutlined /> 编辑手册
        </NavLink>
        {role !== 'editor' && (
          <NavLink to="/" className="editor-back">
            <CustomerServiceOutlined /> 接待
          </NavLink>
        )}
        <UserMenu />
      </header>
      <main className="editor-main">
        <Outlet />
      </main>
    </div>
  );
}
