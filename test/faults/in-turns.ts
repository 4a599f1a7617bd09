/** Does something so many times, two at a time, as many as a small machine has cores; the first that fails ends it. */
export async function inTurns(times: number, what: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < times) await what(next++)
  }
  await Promise.all([worker(), worker()])
}
