import { ApiError } from './errors.ts';

/**
 * Sends a picture and tells how far it is; `fetch` cannot.
 *
 * @param onProgress the share that has left, from 0 to 1
 * @returns the id under which a message can show it
 */
export function sendPicture(
  url: string,
  picture: Blob,
  headers: Record<string, string>,
  onProgress: (share: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError(0));
    request.onload = () => {
      if (request.status === 200) resolve((request.response as { upload_id: string }).upload_id);
      else reject(new ApiError(request.status, request.response ?? {}));
    };
    const body = new FormData();
    body.append('file', picture);
    request.send(body);
  });
}
