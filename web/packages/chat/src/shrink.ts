/** The longest side of a photo that is sent, in pixels. */
const LONGEST = 1920;
const SMALL_BYTES = 300_000;

/**
 * Photos leave small, and without the place where they were taken: they are drawn anew.
 *
 * @returns the picture to send; the file itself where drawing would not help or is not possible
 */
export async function shrink(file: Blob): Promise<Blob> {
  const moving = file.type === 'image/gif';
  if (moving || (file.size < SMALL_BYTES && file.type !== 'image/jpeg')) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const type = file.type === 'image/png' ? 'image/png' : 'image/jpeg';
    const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.85));
    return drawn && drawn.size < file.size ? drawn : (drawn ?? file);
  } catch {
    // Not a picture that this browser can read: the service says so if it is none at all.
    return file;
  }
}
