import { CloseOutlined } from '@ant-design/icons';
import type { HallSettings } from '@kefu/api';
import { Button, Card, Form, Input } from 'antd';
import { Between } from './KeyList.tsx';

type Setter = <K extends keyof HallSettings>(field: K, value: HallSettings[K]) => void;
type Props = { hall: HallSettings; set: Setter };

/** Announcements, greetings, and what stands in the empty field. */
export function HallTexts({ hall, set }: Props) {
  const announcements = hall.announcements ?? [];
  const write = (at: number, change: Partial<(typeof announcements)[number]>) =>
    set(
      'announcements',
      announcements.map((one, place) => (place === at ? { ...one, ...change } : one)),
    );
  const placeholder = (state: string, text: string) => {
    const { [state]: _, ...rest } = hall.placeholders ?? {};
    set('placeholders', text ? { ...rest, [state]: text } : rest);
  };
  return (
    <Form layout="vertical" component="div">
      <Card size="small" title="公告" className="hall-card">
        <p className="muted">有排期的公告在它的日子里显示，其余时间显示平时的公告</p>
        <Field
          label="平时的公告"
          value={hall.announcement ?? ''}
          max={300}
          onChange={(text) => set('announcement', text || null)}
        />
        {announcements.map((one, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: announcements have no other identity
          <div className="hall-announcement" key={at}>
            <Input
              aria-label={`排期公告 ${at + 1}`}
              value={one.text}
              maxLength={200}
              onChange={(event) => write(at, { text: event.target.value })}
            />
            <Between
              label={`排期公告 ${at + 1}`}
              from={one.from}
              to={one.to}
              onChange={(times) => write(at, times)}
            />
            <Button
              type="text"
              aria-label={`删除排期公告 ${at + 1}`}
              icon={<CloseOutlined />}
              onClick={() =>
                set(
                  'announcements',
                  announcements.filter((_, place) => place !== at),
                )
              }
            />
          </div>
        ))}
        <Button onClick={() => set('announcements', [...announcements, { text: '' }])}>
          加一条有排期的公告
        </Button>
      </Card>
      <Card size="small" title="问候" className="hall-card">
        <Field
          label="店名"
          value={hall.title ?? ''}
          max={40}
          onChange={(text) => set('title', text)}
        />
        <Field
          label="问候语"
          value={hall.greeting ?? ''}
          max={300}
          onChange={(text) => set('greeting', text)}
        />
        <Field
          label="认得客户时的问候语（{name} 是名字，{level} 是会员等级）"
          value={hall.greeting_named ?? ''}
          max={300}
          onChange={(text) => set('greeting_named', text)}
        />
      </Card>
      <Card size="small" title="输入框里的提示" className="hall-card">
        <Field
          label="平时"
          value={hall.placeholder ?? ''}
          max={80}
          onChange={(text) => set('placeholder', text)}
        />
        <Field
          label="排队时"
          value={hall.placeholders?.queued ?? ''}
          max={80}
          onChange={(text) => placeholder('queued', text)}
        />
        <Field
          label="人工接待时"
          value={hall.placeholders?.human ?? ''}
          max={80}
          onChange={(text) => placeholder('human', text)}
        />
      </Card>
      <Card size="small" title="隐私说明" className="hall-card">
        <Input.TextArea
          aria-label="隐私说明"
          autoSize
          maxLength={2000}
          value={hall.privacy_notice}
          onChange={(event) => set('privacy_notice', event.target.value)}
        />
        <Field
          label="版本（改了内容就改它，客户会再次看到）"
          value={hall.privacy_version ?? ''}
          max={20}
          onChange={(text) => set('privacy_version', text)}
        />
      </Card>
    </Form>
  );
}

type FieldProps = { label: string; value: string; max: number; onChange: (text: string) => void };

function Field({ label, value, max, onChange }: FieldProps) {
  return (
    <Form.Item label={label}>
      <Input
        aria-label={label}
        value={value}
        maxLength={max}
        onChange={(event) => onChange(event.target.value)}
      />
    </Form.Item>
  );
}
