import { CalendarCard } from './CalendarCard.tsx';
import { MembersCard } from './MembersCard.tsx';
import { TargetsCard } from './TargetsCard.tsx';
import { TeamsCard } from './TeamsCard.tsx';

/** What managers set: teams and how conversations reach them, who serves where, which days differ. */
export function TeamsPage() {
  return (
    <main className="page">
      <TeamsCard />
      <TargetsCard />
      <div className="board-grid">
        <MembersCard />
        <CalendarCard />
      </div>
    </main>
  );
}
