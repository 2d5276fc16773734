import { asApiError } from './errors.ts';
import { type Client, createClient } from './generated/client/index.ts';

/**
 * The generated client on this site's own service.
 *
 * @param headers asked before every request, so that a token may change
 */
export function connect(headers: (method: string) => Record<string, string>): Client {
  const client = createClient({ baseUrl: '', credentials: 'same-origin', throwOnError: true });
  client.interceptors.request.use((request) => {
    for (const [name, value] of Object.entries(headers(request.method))) {
      request.headers.set(name, value);
    }
    return request;
  });
  client.interceptors.error.use(asApiError);
  return client;
}
