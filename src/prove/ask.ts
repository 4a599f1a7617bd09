import { type Operation, query, queryOne } from '../engine/operation.ts'
import { type Hazard, hazardCodes, type PossibleHazard, type PreflightCode, type Probe } from '../plan/step.ts'
import type { Finding } from './plan.ts'

/** Puts the preflight questions to the live rows. */
export function* ask(probes: readonly Probe[]): Operation<readonly Finding[]> {
  const findings: Finding[] = []
  for (const probe of probes) {
    const { n } = yield* queryOne<{ n: number }>(probe.count)
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
  for (const { code, object, message, probe, otherwise } of hazards) {
    if (probe === undefined) {
      if (otherwise !== 'nothing') weighed.push({ code, level: otherwise, object, message })
      continue
    }
    const { n: rows } = yield* queryOne<{ n: number }>(probe.count)
    if (rows > 0)
      weighed.push({ code, level: hazardCodes[code], object, message: `${probe.message}${counted(rows)}`, rows })
    else if (otherwise !== 'nothing') weighed.push({ code, level: otherwise, object, message, rows })
  }
  return weighed
}

function counted(rows: number): string {
  return ` (${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'})`
}
