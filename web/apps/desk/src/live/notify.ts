/** Sound and desktop notifications, for who works in another window; each desk turns them on for itself. */

const KEY = 'kefu:desk:notify';
const TONES = [660, 880];
const TONE_SECONDS = 0.12;

export function notificationsOn(): boolean {
  return localStorage.getItem(KEY) !== 'off';
}

/** Turns them on or off; the browser is asked for its permission once. */
export async function enableNotifications(on: boolean): Promise<boolean> {
  localStorage.setItem(KEY, on ? 'on' : 'off');
  if (on && 'Notification' in window && Notification.permission === 'default') {
    await Notification.requestPermission();
  }
  if (on) beep();
  return on;
}

/** Says something that must not be missed: a sound, and a notification where the page is not in view. */
export function notify(title: string, body: string, onClick?: () => void): void {
  if (!notificationsOn()) return;
  beep();
  if (document.visibilityState === 'visible' || !('Notification' in window)) return;
  if (Notification.permission !== 'granted') return;
  const shown = new Notification(title, { body, tag: `${title}${body}` });
  shown.onclick = () => {
    window.focus();
    onClick?.();
    shown.close();
  };
}

let audio: AudioContext | undefined;

function beep(): void {
  try {
    audio ??= new AudioContext();
    // Without a click on the page so far the browser keeps it silent, which is no error.
    if (audio.state === 'suspended') void audio.resume().catch(() => undefined);
    for (const [index, frequency] of TONES.entries()) {
      const at = audio.currentTime + index * TONE_SECONDS;
      const tone = new OscillatorNode(audio, { frequency });
      const volume = new GainNode(audio, { gain: 0.08 });
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + TONE_SECONDS);
    }
  } catch {
    // No audio device: the notification is still shown.
  }
}
