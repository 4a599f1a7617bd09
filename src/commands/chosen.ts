/** A command with its arguments. */
export class Chosen {
  readonly run: () => void | Promise<void>

  constructor(run: () => void | Promise<void>) {
    this.run = run
  }
}
