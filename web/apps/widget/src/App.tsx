import { Sprite } from './chat/index.ts';
import { Banners } from './components/Banners.tsx';
import { Composer } from './components/Composer.tsx';
import { Header } from './components/Header.tsx';
import { MessageList } from './components/MessageList.tsx';
import { StartFailed } from './components/StartFailed.tsx';
import { useVisitorState } from './visitor/context.tsx';

export function App() {
  const phase = useVisitorState((state) => state.phase);
  return (
    <div class="kf-app">
      <Sprite />
      <Header />
      <Banners />
      {phase === 'failed' ? <StartFailed /> : <MessageList />}
      <Composer />
    </div>
  );
}
