/** Keeps what is newest in view for who reads there, and lets others read in peace. */

const NEAR_PX = 120;
const ABOVE_PX = 8;

export class StickyScroll {
  private near = true;
  private readonly observer: ResizeObserver;

  /**
   * @param box the scrolling element; its first child holds the content
   * @param onNear told whether the end is in view, whenever that changes
   * @param beginning where reading begins, if the newest is to be read from there: a long answer is not cut off
   *   at its top just because it has an end
   */
  constructor(
    private readonly box: HTMLElement,
    private readonly onNear: (near: boolean) => void = () => undefined,
    private readonly beginning: () => Element | null = () => null,
  ) {
    box.addEventListener('scroll', this.measure, { passive: true });
    // A phone's keyboard, a growing input or an unfolding card change sizes without any scrolling.
    this.observer = new ResizeObserver(() => this.near && this.settle());
    this.observer.observe(box);
    if (box.firstElementChild) this.observer.observe(box.firstElementChild);
  }

  toEnd(): void {
    this.box.scrollTop = this.box.scrollHeight;
  }

  /** Something was added: go there if the reader was at the end, or `force`. */
  added(force = false): void {
    if (force || this.near) this.settle();
  }

  stop(): void {
    this.box.removeEventListener('scroll', this.measure);
    this.observer.disconnect();
  }

  private settle(): void {
    this.box.scrollTop = this.target();
    this.measure();
  }

  /** The end, but no further than where reading begins. */
  private target(): number {
    const { box } = this;
    const end = box.scrollHeight - box.clientHeight;
    const first = this.beginning();
    if (!first) return end;
    const top = first.getBoundingClientRect().top - box.getBoundingClientRect().top;
    return Math.min(end, box.scrollTop + top - ABOVE_PX);
  }

  private readonly measure = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    const left = scrollHeight - scrollTop - clientHeight;
    this.near = left < NEAR_PX || Math.abs(scrollTop - this.target()) < NEAR_PX;
    this.onNear(left < NEAR_PX);
  };
}
