import { useState } from 'react';
import { Outlet, useParams } from 'react-router';
import { useStream } from '../live/useStream.ts';
import { useViewing } from '../live/useViewing.ts';
import { HelpModal } from './HelpModal.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './TopBar.tsx';

/** What every page of the desk has: the bar, the stream of events, the table of keys. */
export function Frame() {
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
