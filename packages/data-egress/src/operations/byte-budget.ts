/** Bytes that may be out at once. Whoever asks for more than there is waits; one alone gets what it asks for. */
export class ByteBudget {
  private out = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  async take(bytes: number): Promise<void> {
    while (this.out > 0 && this.out + bytes > this.limit) await new Promise<void>((wake) => this.waiting.push(wake));
    this.out += bytes;
  }

  giveBack(bytes: number): void {
    this.out -= bytes;
    this.waiting.splice(0).forEach((wake) => wake());
  }
}
