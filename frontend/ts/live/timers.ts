/** Timers by name: one of each, the newer takes the place of the older. */

type Timer = ReturnType<typeof setTimeout>;

export class Timers {
  private readonly running = new Map<string, Timer>();

  after(name: string, ms: number, run: () => void): void {
    this.stop(name);
    this.running.set(
      name,
      setTimeout(() => {
        this.running.delete(name);
        run();
      }, ms),
    );
  }

  has(name: string): boolean {
    return this.running.has(name);
  }

  stop(...names: readonly string[]): void {
    for (const name of names) {
      clearTimeout(this.running.get(name));
      this.running.delete(name);
    }
  }

  stopAll(): void {
    this.stop(...this.running.keys());
  }
}
