/**
 * The parts of ChatUI that the widget uses, behind one door.
 *
 * Only leaf components come through: ChatUI's own message list and composer announce every message
 * as an alert, which a screen reader cannot bear in a conversation, so those two are ours. They are
 * taken one by one, because its index pulls in a sanitiser and a polyfill that nothing here needs.
 */

import '@chatui/core/dist/index.css';

export { Bubble } from '@chatui/core/es/components/Bubble';
export { Button } from '@chatui/core/es/components/Button';
export { Icon } from '@chatui/core/es/components/Icon';
export { toast } from '@chatui/core/es/components/Toast';
export { Typing } from '@chatui/core/es/components/Typing';
export { Sprite } from './Sprite.tsx';
