import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { api } from '../app/api.ts';
import { kinds, shortVersion, trainingsKey } from './training/words.ts';

type Props = { value: string | null; onChange: (id: string | null) => void };

/** What is asked: what serves, or a candidate. */
export function ChooseCandidate({ value, onChange }: Props) {
  const trainings = useQuery({ queryKey: trainingsKey, queryFn: api.trainings });
  const made = trainings.data?.items.filter((run) => run.version && run.state !== 'running') ?? [];
  return (
    <Select
      aria-label="线上或候选"
      value={value ?? ''}
      onChange={(id) => onChange(id || null)}
      options={[
        { value: '', label: '线上' },
        ...made.map((run) => ({
          value: run.id,
          label: `候选${kinds[run.kind]} ${shortVersion(run.version)}`,
        })),
      ]}
    />
  );
}
