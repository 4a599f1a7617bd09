import type { Progress } from '../apply/progress.ts'
import { printable } from './printable.ts'

const phases: Readonly<Record<Exclude<Progress['phase'], 'running'>, string>> = {
  locking: 'waiting for the lock',
  checking: 'asking the rows',
  saving: 'making the backup',
  verifying: 'verifying',
  committing: 'committing',
}

/**
 * How far some work is, in one line.
 *
 * @param seconds How long it has been at this.
 */
export function progressToText({ phase, step, rows }: Progress, seconds: number): string {
  if (phase !== 'running') return `${phases[phase]} · ${seconds.toFixed(0)} s`
  const { number, of, kind, object } = step!
  const place = `${number}/${of} ${printable(object)}`
  if (rows === undefined) return `${place} · ${kind.replaceAll('-', ' ')} · ${seconds.toFixed(0)} s`
  const rate = rows.done / Math.max(seconds, 0.001)
  const total = rows.of === undefined ? '' : ` / ${rows.of.toLocaleString('en')}`
  const left = rows.of === undefined || rows.done === 0 ? undefined : (rows.of - rows.done) / rate
  return [
    place,
    `${rows.work} ${rows.done.toLocaleString('en')}${total}`,
    `${Number(rate.toPrecision(3)).toLocaleString('en')} rows/s`,
    ...(left === undefined ? [] : [`${Math.max(0, left).toFixed(0)} s left`]),
  ].join(' · ')
}
