/** Keeps the end of a scrolling box in view for who reads there, and lets others read in peace. */

const NEAR_PX = 120;

export class StickyScroll {
  private near = true;
  private readonly observer: ResizeObserver;

  /**
   * @param box the scrolling element; its first child holds the content
   * @param onNear told whenever the reader comes to the end or leaves it
   */
  constructor(
    private readonly box: HTMLElement,
    private readonly onNear: (near: boolean) => void = () => undefined,
  ) {
    box.addEventListener('scroll', this.measure, { passive: true });
    // A phone's keyboard, a growing input or an unfolding card change sizes without any scrolling.
    this.observer = new ResizeObserver(() => this.near && this.toEnd());
    this.observer.observe(box);
    if (box.firstElementChild) this.observer.observe(box.firstElementChild);
  }

  toEnd(): void {
    this.box.scrollTop = this.box.scrollHeight;
  }

  /** Something was added: go there if the reader was at the end, or `force`. */
  added(force = false): void {
    if (force || this.near) this.toEnd();
  }

  stop(): void {
    this.box.removeEventListener('scroll', this.measure);
    this.observer.disconnect();
  }

  private readonly measure = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    this.near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.onNear(this.near);
  };
}
