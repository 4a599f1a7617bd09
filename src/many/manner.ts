import type { ApplyOptions } from '../apply/apply-plan.ts'
import type { Setup } from '../engine/setup.ts'
import type { Target } from '../introspect/target.ts'
import type { PlanOptions } from '../prove/make-plan.ts'

/** How each of many databases is planned and applied. All of it is data, except a setup function, which can't be sent to another process. */
export interface Manner {
  readonly target: Target
  readonly planning: Pick<PlanOptions, 'keep' | 'fast' | 'for'>
  readonly setup: Setup
  readonly lockTimeout?: number | undefined
  /** Without it nothing is to be applied, and what would be refused is only shown. */
  readonly applying?: Applying
}

/** What a plan is applied with, as far as it is the same for all. */
export type Applying = Pick<
  ApplyOptions,
  'allow' | 'journal' | 'verify' | 'backup' | 'maxLock' | 'checkSpace' | 'toolVersion' | 'targetName'
>
