import type { Progress } from '../apply/progress.ts'
import { progressToText } from '../report/progress.ts'

/** Work of less than a second needs no word. */
const quiet = 1_000
/** How often a file or a log gets a line. */
const lineEvery = 10_000
const redrawEvery = 100

/** Shows how far some work is, until it is stopped. */
export interface ProgressDisplay {
  readonly onProgress: (progress: Progress) => void
  stop(): void
}

/**
 * A bar on a terminal, which goes on to count the seconds while one long statement runs; elsewhere a line every ten seconds.
 * Nothing, where it takes less than a second.
 */
export async function showProgress(stream: NodeJS.WriteStream): Promise<ProgressDisplay> {
  const state = newState()
  return { onProgress: state.onProgress, stop: await showState(stream, state) }
}

/** How far something is, whenever it is asked. */
export interface Shown {
  text(): string
  /** From 0 to 1. */
  share(): number
}

/** Shows that until the function is called that is returned. */
export async function showState(stream: NodeJS.WriteStream, state: Shown): Promise<() => void> {
  return stream.isTTY ? bar(stream, state) : lines(stream, state)
}

function lines(stream: NodeJS.WriteStream, state: Shown): () => void {
  const timer = setInterval(() => stream.write(`${state.text()}\n`), lineEvery)
  return () => clearInterval(timer)
}

async function bar(stream: NodeJS.WriteStream, state: Shown): Promise<() => void> {
  const { default: progress } = await import('cli-progress')
  const drawn = new progress.SingleBar({
    stream,
    format: ' {bar} {text}',
    barCompleteChar: '━',
    barIncompleteChar: '╌',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: false,
    gracefulExit: false,
    forceRedraw: true,
  })
  const started = performance.now()
  let isShown = false
  const draw = (): void => {
    if (performance.now() - started < quiet) return
    const [share, text] = [Math.round(state.share() * 1000), state.text()]
    if (isShown) drawn.update(share, { text })
    else drawn.start(1000, share, { text })
    isShown = true
  }
  const timer = setInterval(draw, redrawEvery)
  return () => {
    clearInterval(timer)
    if (isShown) drawn.stop()
  }
}

interface State extends Shown {
  readonly onProgress: ProgressDisplay['onProgress']
}

function newState(): State {
  let current: Progress = { phase: 'locking' }
  let since = performance.now()
  return {
    onProgress: (progress) => {
      const isSame = progress.rows?.work === current.rows?.work && progress.step?.number === current.step?.number
      if (progress.phase !== current.phase || !isSame) since = performance.now()
      current = progress
    },
    text: () => progressToText(current, (performance.now() - since) / 1000),
    share: () => shareOf(current),
  }
}

/** Of a copy how much is done; otherwise which of the steps it is. */
function shareOf({ phase, step, rows }: Progress): number {
  if (rows?.of) return Math.min(1, rows.done / rows.of)
  if (phase === 'running') return (step!.number - 1) / step!.of
  return phase === 'locking' || phase === 'checking' ? 0 : 1
}
