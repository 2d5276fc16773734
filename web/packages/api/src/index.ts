export type { ArticleQuery, GapState } from './console.ts';
export { type AuditQuery, createDeskApi, type DeskApi } from './desk.ts';
export { ApiError, type FieldProblem } from './errors.ts';
export type { Numbers } from './intents.ts';
export { type Cursor, LiveSocket, type LiveStatus, socketUrl } from './realtime.ts';
export type { HeldOutTab, Label } from './training.ts';
export * from './types.ts';
export { createVisitorApi, type VisitorApi } from './visitor.ts';
