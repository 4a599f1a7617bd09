/**
 * sqlite-converge: declare the schema you want; see the SQL that gets there and its reverse; converge, losing nothing.
 *
 * @module
 */
export type { Applied } from './apply/apply-plan.ts'
export type { RevertChoice } from './apply/choose-plans.ts'
export type { JournalEntry } from './apply/journal.ts'
export type { KeptData } from './apply/kept-data.ts'
export type { RevertPlan } from './apply/plan-revert.ts'
export type { Progress } from './apply/progress.ts'
export type { PruneChoice, Pruned } from './apply/prune-kept.ts'
export type { Status } from './apply/read-status.ts'
export type { Undone } from './apply/revert-plans.ts'
export { type Config, type DatabaseConfig, defineConfig } from './config/define-config.ts'
export * from './declare/index.ts'
export type { Change, ChangeKind } from './diff/change.ts'
export { fingerprint } from './diff/fingerprint.ts'
export type { ApplicationPragmas } from './library/application-pragmas.ts'
export { type ApplyOptions, apply } from './library/apply.ts'
export { type Converged, converge, convergeSync } from './library/converge.ts'
export { type ConvergeAllOptions, type ConvergedAll, convergeAll } from './library/converge-all.ts'
export { diff } from './library/diff.ts'
export { createFixture, type Fixture, type FixtureOptions, type FixtureRows } from './library/fixture.ts'
export type { FixtureCopy } from './library/fixture-copy.ts'
export { inspect, type SourceLike } from './library/inspect.ts'
export { type OpenOptions, openDatabase, type WhenDifferent } from './library/open-database.ts'
export type {
  DatabaseLike,
  PlanOptions,
  Pragmas,
  Setup,
  SetupHandle,
  TargetLike,
  WriteOptions,
} from './library/options.ts'
export type { KyselyOptions } from './library/over-kysely.ts'
export { plan } from './library/plan.ts'
export { type PruneOptions, prunable, prune } from './library/prune.ts'
export {
  type PlanBackOptions,
  planBack,
  type Reverted,
  type RevertOptions,
  revert,
  type WayBack,
} from './library/revert.ts'
export { status } from './library/status.ts'
export {
  createTemplate,
  type Template,
  type TemplateHandle,
  type TemplateOptions,
  type TemplateStatement,
} from './library/template.ts'
export type { ManyOutcome } from './many/apply-many.ts'
export type { PlanGroup } from './many/groups.ts'
export { ConvergeError, type ErrorCode } from './model/error.ts'
export type { Kept } from './model/kept.ts'
export type { Schema } from './model/schema.ts'
export type { FastTable } from './plan/draft.ts'
export type { Hazard, HazardCode, PreflightCode, Step, StepKind } from './plan/step.ts'
export type { Finding, Plan, Reverse } from './prove/plan.ts'
export { planToJson } from './report/json.ts'
