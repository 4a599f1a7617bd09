import { explainMissing, isAboutRows } from '../engine/explain-error.ts'
import { type Operation, query, queryOne } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'
import { type Hazard, hazardCodes, type PossibleHazard, type PreflightCode, type Probe } from '../plan/step.ts'
import type { Finding } from './plan.ts'

/** Puts the preflight questions to the live rows. */
export function* ask(probes: readonly Probe[]): Operation<readonly Finding[]> {
  const findings: Finding[] = []
  for (const probe of probes) {
    const n = yield* count(probe)
    if (n === 0) continue
    const rows = probe.sample === undefined ? [] : yield* query(probe.sample)
    const sample = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? 'NULL' : String(value)])),
    )
    findings.push({ code: probe.code as PreflightCode, object: probe.object, message: probe.message, rows: n, sample })
  }
  return findings
}

/** Puts the hazards' questions to the live rows. */
export function* weigh(hazards: readonly PossibleHazard[]): Operation<readonly Hazard[]> {
  const weighed: Hazard[] = []
  for (const { code, object, message, probe, otherwise, isKept } of hazards) {
    if (probe === undefined) {
      if (otherwise !== 'nothing') weighed.push({ code, level: otherwise, object, message })
      continue
    }
    const rows = yield* count(probe)
    if (rows > 0)
      weighed.push({
        code,
        level: isKept ? 'warn' : hazardCodes[code],
        object,
        message: `${probe.message}${counted(rows)}`,
        rows,
      })
    else if (otherwise !== 'nothing') weighed.push({ code, level: otherwise, object, message, rows })
  }
  return weighed
}

function counted(rows: number): string {
  return ` (${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'})`
}

/** Asks how many rows a probe finds. A user's expression can fail on a row, as json_extract does on what is no JSON. */
function* count(probe: Probe): Operation<number> {
  try {
    return (yield* queryOne<{ n: number }>(probe.count)).n
  } catch (cause) {
    if (!isAboutRows(cause)) throw explainMissing(cause, probe.object) ?? cause
    throw new ConvergeError(
      'rows-do-not-fit',
      `rows of ${probe.object} can't be computed: ${(cause as Error).message}`,
      {
        objects: [probe.object],
        advice: ['mend these rows, or write the expression such that it takes them', `asked was: ${probe.message}`],
        data: { hazards: [], preflight: [] },
        cause,
      },
    )
  }
}
