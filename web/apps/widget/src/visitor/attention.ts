/** Whether the customer is looking, and how they learn of a message when they are not. */

import { texts } from '../texts/index.ts';
import type { PreferenceStore } from './preferences.ts';

export class Attention {
  private unread = 0;
  /** False while an embedding page has folded the window away. */
  private shown = true;
  private audio: AudioContext | undefined;

  /** Told how many messages wait, whenever that changes. */
  onUnread: (count: number) => void = () => undefined;

  /** @param onLook told when the customer looks again */
  constructor(
    private readonly preferences: PreferenceStore,
    private readonly onLook: () => void,
  ) {
    document.addEventListener('visibilitychange', () => this.looked());
    this.title();
  }

  get looking(): boolean {
    return this.shown && document.visibilityState === 'visible';
  }

  show(shown: boolean): void {
    this.shown = shown;
    this.looked();
  }

  /** A message came in. @param person whether somebody wrote it who waits for an answer */
  came(person: boolean): void {
    if (person && this.preferences.getState().sound === 'on') this.ring();
    if (!this.looking) this.count(this.unread + 1);
  }

  title(): void {
    document.title = this.unread > 0 ? `(${this.unread}) ${texts.pageTitle}` : texts.pageTitle;
  }

  private looked(): void {
    if (!this.looking) return;
    this.count(0);
    this.onLook();
  }

  private count(unread: number): void {
    if (unread === this.unread) return;
    this.unread = unread;
    this.title();
    this.onUnread(unread);
  }

  /** Two short soft notes; a browser that wants a gesture first stays silent. */
  private ring(): void {
    this.audio ??= new AudioContext();
    const { audio } = this;
    if (audio.state !== 'running') {
      void audio.resume().catch(() => undefined);
      if (!navigator.userActivation?.hasBeenActive) return;
    }
    [660, 880].forEach((frequency, index) => {
      const start = audio.currentTime + index * 0.13;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.08, start);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.12);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.13);
    });
  }
}
