/**
 * The parts of ChatUI that the widget uses, behind one door.
 *
 * Only leaf components come through: ChatUI's own message list and composer announce every message
 * as an alert, which a screen reader cannot bear in a conversation, so those two are ours.
 */

import '@chatui/core/dist/index.css';

export { Bubble, Button, Icon, IconButton, Step, Stepper, Tag, Typing, toast } from '@chatui/core';
export { Sprite } from './Sprite.tsx';
