import type { Outgoing, VisitorApi } from '@kefu/api';
import type { Letter } from './storage.ts';

/** Pictures by upload id, as addresses that only this page can open. */
export class Pictures {
  private readonly known = new Map<string, Promise<string>>();

  constructor(private readonly fetchPicture: (id: string) => Promise<Blob>) {}

  /** A picture that was just sent from here need not come back over the network. */
  put(id: string, picture: Blob): void {
    this.known.set(id, Promise.resolve(URL.createObjectURL(picture)));
  }

  /** @returns the address; fails with `ApiError`, and a later call tries again */
  get(id: string): Promise<string> {
    const found = this.known.get(id);
    if (found) return found;
    const loading = this.fetchPicture(id).then((picture) => URL.createObjectURL(picture));
    this.known.set(id, loading);
    loading.catch(() => this.known.delete(id));
    return loading;
  }
}

/** What goes over the wire for a letter; a picture is uploaded first, as often as it takes. */
export async function toOutgoing(
  api: VisitorApi,
  pictures: Pictures,
  letter: Letter,
  onProgress: (share: number) => void,
): Promise<Outgoing> {
  if (letter.kind !== 'picture') {
    const { label: _, ...outgoing } = letter;
    return outgoing;
  }
  const upload_id = await api.upload(letter.picture, onProgress);
  pictures.put(upload_id, letter.picture);
  return { kind: 'image', content: { upload_id }, quote_id: letter.quote_id };
}
