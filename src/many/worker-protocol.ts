import type { Answer as EngineAnswer } from '../engine/child-protocol.ts'
import type { Pragmas } from '../engine/pragmas.ts'
import type { AppliedToFile } from './apply-to-file.ts'
import type { GroupPlan } from './groups.ts'
import type { Applying, Manner } from './manner.ts'

/** How plans are applied, as another process is told: of `setup` the module, since a function can't be sent. */
export interface Briefing {
  readonly kind: 'begin'
  readonly manner: Omit<Manner, 'setup'> & { readonly applying: Applying }
  readonly loadExtensions: readonly string[]
  readonly pragmas: Pragmas
  readonly setupModule?: string
}

/** What a worker is told. It answers a task, and nothing else; a group is told before its first task. */
export type Message =
  | Briefing
  | { readonly kind: 'group'; readonly group: Pick<GroupPlan, 'fingerprint' | 'plan'> }
  | { readonly kind: 'task'; readonly path: string; readonly fingerprint: string }

/** What a worker says: the answer to its task, or when it has the lock and when it is about to give it back. */
export type Reply =
  | { readonly done: AppliedToFile }
  | Extract<EngineAnswer, { readonly error: unknown }>
  | { readonly lock: 'held' | 'committing' }
