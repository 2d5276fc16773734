import { useState } from 'react';
import { Navigate, Outlet, useParams } from 'react-router';
import { useStream } from '../live/useStream.ts';
import { useViewing } from '../live/useViewing.ts';
import { HelpModal } from './HelpModal.tsx';
import { useRight } from './RequireUser.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './TopBar.tsx';

/** Who serves no customers (editors) has the work elsewhere. */
export function Frame() {
  return useRight('serve') ? <Desk /> : <Navigate to="/editor" replace />;
}

/** What every page of the desk has: the bar, the stream of events, the table of keys. */
function Desk() {
  useStream();
  useViewing(useParams().id);
  const [help, setHelp] = useState(false);
  useShortcuts({ help: () => setHelp(true) });
  return (
    <div className="desk">
      <TopBar onHelp={() => setHelp(true)} />
      <Outlet />
      {help && <HelpModal onClose={() => setHelp(false)} />}
    </div>
  );
}
