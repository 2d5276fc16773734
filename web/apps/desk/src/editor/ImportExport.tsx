import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import type { ImportItem, ImportView } from '@kefu/api';
import { formatDateTime } from '@kefu/chat';
import { useMutation, useQuery } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Card,
  Progress,
  Select,
  Space,
  Statistic,
  Table,
  Tag,
  Upload,
} from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, explain, queryClient, refresh } from '../app/api.ts';
import { useVocabulary } from './words.ts';

const POLL_MS = 400;

/** Tables in and out. Nothing is written before somebody has seen what would change. */
export function ImportExport() {
  const vocabulary = useVocabulary();
  const [category, setCategory] = useState<string>();
  const [id, setId] = useState<string>();
  const { message } = App.useApp();
  const begin = useMutation({
    mutationFn: (file: File) => api.importTable(file),
    onSuccess: (job) => {
      queryClient.setQueryData(keyOf(job.id), job);
      setId(job.id);
    },
    onError: (error) => void message.error(explain(error), 8),
  });
  return (
    <section className="editor-page import" aria-label="导入导出">
      <Card title="导出" size="small">
        <Space wrap>
          <Select
            aria-label="导出的类目"
            placeholder="全部类目"
            allowClear
            value={category}
            onChange={setCategory}
            options={vocabulary?.categories}
          />
          <Button icon={<DownloadOutlined />} href={api.exportUrl('articles', 'xlsx', category)}>
            导出 Excel
          </Button>
          <Button icon={<DownloadOutlined />} href={api.exportUrl('articles', 'csv', category)}>
            导出 CSV
          </Button>
          <Button type="link" href={api.exportUrl('template', 'xlsx')}>
            下载 Excel 模板
          </Button>
        </Space>
      </Card>
      <Card title="导入" size="small">
        <p className="muted">
          Excel 工作簿（.xlsx）或 CSV（UTF-8、GB18030
          都行）。先检查，看过结果再决定；导入只写成草稿，审核后才会给客户看。
        </p>
        <Upload.Dragger
          accept=".csv,.txt,.xlsx,.xlsm,.xls"
          showUploadList={false}
          disabled={begin.isPending}
          beforeUpload={(file) => {
            begin.mutate(file);
            return false;
          }}
        >
          <p>
            <UploadOutlined /> 点这里选表格，或把文件拖进来
          </p>
        </Upload.Dragger>
        {id && <Job id={id} key={id} />}
      </Card>
      <Recent current={id} onOpen={setId} />
    </section>
  );
}

function keyOf(id: string) {
  return ['editor', 'import', id] as const;
}

const recentKey = ['editor', 'imports'] as const;

function stepOf(job: ImportView): string {
  if (job.state === 'importing') return '正在写入草稿';
  return job.total ? '正在检查' : `正在读表格，已读 ${job.done} 行`;
}

const states: Record<ImportItem['state'], { text: string; color?: string }> = {
  checking: { text: '正在检查', color: 'blue' },
  ready: { text: '等您决定', color: 'orange' },
  importing: { text: '正在写入', color: 'blue' },
  done: { text: '已导入', color: 'green' },
  cancelled: { text: '已取消' },
  failed: { text: '失败', color: 'red' },
  interrupted: { text: '被中断（服务重启过）', color: 'red' },
};

/** What became of the last imports, also of those that a restart cut off. */
function Recent({ current, onOpen }: { current?: string; onOpen: (id: string) => void }) {
  const recent = useQuery({
    queryKey: [...recentKey, current ?? ''],
    queryFn: api.imports,
    refetchInterval: 5_000,
  });
  if (!recent.data?.length) return null;
  return (
    <Card title="最近的导入" size="small">
      <Table<ImportItem>
        size="small"
        rowKey="id"
        pagination={false}
        scroll={{ x: 640 }}
        dataSource={recent.data}
        columns={[
          { title: '时间', width: 150, render: (_, one) => formatDateTime(one.began_at) },
          { title: '文件', render: (_, one) => one.name || '（没有名字）' },
          { title: '谁', width: 90, render: (_, one) => one.person?.name ?? '—' },
          {
            title: '结果',
            width: 190,
            render: (_, one) => (
              <>
                <Tag color={states[one.state].color} variant="filled">
                  {states[one.state].text}
                </Tag>
                {one.state === 'ready' && one.id !== current && (
                  <Button size="small" type="link" onClick={() => onOpen(one.id)}>
                    打开
                  </Button>
                )}
                {one.failure && <div className="muted">{one.failure}</div>}
              </>
            ),
          },
          { title: '行', width: 70, align: 'right', dataIndex: 'rows' },
          { title: '草稿', width: 70, align: 'right', dataIndex: 'written' },
          { title: '错', width: 60, align: 'right', dataIndex: 'errors' },
        ]}
      />
    </Card>
  );
}

const working = ['checking', 'importing'];

function Job({ id }: { id: string }) {
  const { message } = App.useApp();
  const query = useQuery({
    queryKey: keyOf(id),
    queryFn: () => api.importJob(id),
    refetchInterval: ({ state }) => (working.includes(state.data?.state ?? '') ? POLL_MS : false),
  });
  const take = {
    onSuccess: (job: ImportView) => {
      queryClient.setQueryData(keyOf(id), job);
      void query.refetch();
      void refresh(['editor', 'articles']);
      void refresh(recentKey);
    },
    onError: (error: unknown) => void message.error(explain(error)),
  };
  const confirm = useMutation({ mutationFn: () => api.confirmImport(id), ...take });
  const cancel = useMutation({ mutationFn: () => api.cancelImport(id), ...take });
  const job = query.data;
  if (query.isError) return <Alert type="warning" showIcon title={explain(query.error)} />;
  if (!job) return null;
  const writes = job.new + job.changed;
  return (
    <div className="import-job" data-testid="import">
      {working.includes(job.state) && (
        <div className="import-progress">
          <span>{stepOf(job)}</span>
          <Progress
            status="active"
            percent={job.total ? Math.floor((100 * job.done) / job.total) : 0}
          />
          <Button size="small" onClick={() => cancel.mutate()}>
            取消
          </Button>
        </div>
      )}
      {job.state === 'failed' && <Alert type="error" showIcon title={job.failure} />}
      {job.state === 'cancelled' && (
        <Alert
          type="info"
          showIcon
          title={`已取消；写入了 ${job.written} 份草稿，没有发布任何内容。`}
        />
      )}
      {job.state === 'done' && (
        <Alert
          type="success"
          showIcon
          title={
            <>
              写入了 {job.written} 份草稿，
              <Link to="/editor/articles?state=draft">去看草稿并提交审核</Link>
            </>
          }
        />
      )}
      {job.state === 'ready' && (
        <>
          <Space size="large" wrap>
            <Statistic title="新条目" value={job.new} />
            <Statistic title="有改动" value={job.changed} />
            <Statistic title="没有变化" value={job.same} />
            <Statistic title="有错的格子" value={job.error_count} />
          </Space>
          <Space className="import-decide">
            <Button
              type="primary"
              disabled={writes === 0}
              loading={confirm.isPending}
              onClick={() => confirm.mutate()}
            >
              {job.error_count > 0 ? `跳过有错的行，导入 ${writes} 条` : `导入 ${writes} 条`}
            </Button>
            <Button onClick={() => cancel.mutate()}>不导入</Button>
          </Space>
        </>
      )}
      {job.errors.length > 0 && (
        <Table
          size="small"
          rowKey={(one) => `${one.row}${one.column}${one.message}`}
          dataSource={job.errors}
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          columns={[
            { title: '行', dataIndex: 'row', width: 80 },
            { title: '列', dataIndex: 'column', width: 140 },
            { title: '问题', dataIndex: 'message' },
          ]}
          footer={
            job.error_count > job.errors.length
              ? () => `还有 ${job.error_count - job.errors.length} 处没有列出`
              : undefined
          }
        />
      )}
    </div>
  );
}
