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
  return stream.isTTY ? bar(stream) : lines(stream)
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  const state = newState()
  const timer = setInterval(() => stream.write(`${state.text()}\n`), lineEvery)
  return { onProgress: state.onProgress, stop: () => clearInterval(timer) }
}

async function bar(stream: NodeJS.WriteStream): Promise<ProgressDisplay> {
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
  const state = newState()
  let isShown = false
  const draw = (): void => {
    if (performance.now() - state.started < quiet) return
    const [share, text] = [Math.round(state.share() * 1000), state.text()]
    if (isShown) drawn.update(share, { text })
    else drawn.start(1000, share, { text })
    isShown = true
  }
  const timer = setInterval(draw, redrawEvery)
  return {
    onProgress: state.onProgress,
    stop: () => {
      clearInterval(timer)
      if (isShown) drawn.stop()
    },
  }
}

interface State {
  readonly started: number
  readonly onProgress: ProgressDisplay['onProgress']
  text(): string
  share(): number
}

function newState(): State {
  let current: Progress = { phase: 'locking' }
  let since = performance.now()
  return {
    started: since,
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
