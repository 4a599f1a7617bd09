import type { StepKind } from '../plan/step.ts'

/** How far a plan has come: said before each part of the work, and after each part of a copy. */
export interface Progress {
  readonly phase: 'locking' | 'checking' | 'saving' | 'running' | 'verifying' | 'committing'
  /** While `running`: which step of how many, from 1. */
  readonly step?: { readonly number: number; readonly of: number; readonly kind: StepKind; readonly object: string }
  /** Whether the rows of `step` are copied, or compared with what they were. */
  readonly rows?: { readonly work: 'copied' | 'compared'; readonly done: number; readonly of?: number }
}

/** Is told how far a plan has come. What it throws ends the work, and everything is rolled back. */
export type Watcher = (progress: Progress) => void
