/** The service's one error shape (application/problem+json) as an exception. */

export type FieldProblem = { field: string; message: string };

type Problem = { code?: string; title?: string; detail?: string; errors?: FieldProblem[] };

/** A refusal by the service, or `status` 0 when it could not be reached at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldProblem[];

  constructor(status: number, problem: Problem = {}) {
    super(problem.title ?? (status === 0 ? '网络不可用，请检查网络后重试' : '请求没有成功'));
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'network' : 'unknown');
    this.detail = problem.detail ?? '';
    this.errors = problem.errors ?? [];
  }

  /** Worth sending again unchanged: the network, the server's own fault, or too many at once. */
  get retryable(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** Whatever the generated client throws: a parsed body, a failed fetch, or an abort (passed on). */
export function asApiError(thrown: unknown, response: Response | undefined): unknown {
  if (thrown instanceof DOMException && thrown.name === 'AbortError') return thrown;
  if (!response) return new ApiError(0);
  const problem = typeof thrown === 'object' && thrown !== null ? (thrown as Problem) : {};
  return new ApiError(response.status, problem);
}
