import { normalForeignKey } from '../diff/normal.ts'
import type { ForeignKey, ForeignKeyAction, Schema } from '../model/schema.ts'
import { columnsName, type Side } from './changed-tables.ts'
import type { PossibleHazard } from './step.ts'

/**
 * Foreign keys that stay, and do something else with these rows when their parent goes or changes, or are looked at at
 * another time. https://www.sqlite.org/foreignkeys.html#fk_actions
 */
export function changedForeignKeys(before: Side, after: Side): readonly PossibleHazard[] {
  const former = new Map(before.table.foreignKeys.map((key) => [idOf(key, before.schema), key]))
  return after.table.foreignKeys.flatMap((now): PossibleHazard[] => {
    const was = former.get(idOf(now, after.schema))
    if (was === undefined) return []
    const parts = [...deleting(was, now), ...updating(was, now), ...deferring(was, now)]
    if (parts.length === 0) return []
    const object = columnsName(before.table.name, now.columns)
    return [{ code: 'foreign-key-action-change', object, message: parts.join('; '), otherwise: 'warn' }]
  })
}

/** Which columns refer to which: what makes two foreign keys one that has changed. */
function idOf(key: ForeignKey, schema: Schema): string {
  const { columns, table, referenced } = normalForeignKey(key, schema) as Record<string, unknown>
  return JSON.stringify([columns, table, referenced])
}

function deleting(was: ForeignKey, now: ForeignKey): readonly string[] {
  if (!acts(was, now, 'onDelete')) return []
  const words = { ...outcomes(now), CASCADE: 'deletes the rows here that refer to it' }
  const former = { ...formerOutcomes(was), CASCADE: 'deleted them' }
  return [`a DELETE in ${now.table} ${words[now.onDelete]} from now on; so far it ${former[was.onDelete]}`]
}

function updating(was: ForeignKey, now: ForeignKey): readonly string[] {
  if (!acts(was, now, 'onUpdate')) return []
  const words = { ...outcomes(now), CASCADE: 'changes it here too' }
  const former = { ...formerOutcomes(was), CASCADE: 'changed it here too' }
  return [`an UPDATE of a key in ${now.table} ${words[now.onUpdate]} from now on; so far it ${former[was.onUpdate]}`]
}

function deferring(was: ForeignKey, now: ForeignKey): readonly string[] {
  if (isDeferred(was) === isDeferred(now)) return []
  const [at, instead] = isDeferred(now) ? ['COMMIT', 'its statement'] : ['its statement', 'COMMIT']
  return [`a row without a parent is refused at ${at} from now on, not at ${instead}`]
}

/** Without deferring, RESTRICT and NO ACTION refuse the same but for a statement that would mend what it breaks. */
function acts(was: ForeignKey, now: ForeignKey, event: 'onDelete' | 'onUpdate'): boolean {
  const deferred = isDeferred(was) || isDeferred(now)
  const actionOf = (key: ForeignKey): ForeignKeyAction =>
    key[event] === 'RESTRICT' && !deferred ? 'NO ACTION' : key[event]
  return actionOf(was) !== actionOf(now)
}

function outcomes(key: ForeignKey): Readonly<Record<Exclude<ForeignKeyAction, 'CASCADE'>, string>> {
  const columns = key.columns.join(', ')
  return {
    'NO ACTION': isDeferred(key) ? 'is refused at COMMIT while rows refer to it' : 'is refused while rows refer to it',
    RESTRICT: 'is refused at once while rows refer to it',
    'SET NULL': `sets ${columns} here to NULL`,
    'SET DEFAULT': `sets ${columns} here to the default`,
  }
}

function formerOutcomes(key: ForeignKey): Readonly<Record<Exclude<ForeignKeyAction, 'CASCADE'>, string>> {
  const columns = key.columns.join(', ')
  return {
    'NO ACTION': isDeferred(key) ? 'was refused at COMMIT' : 'was refused',
    RESTRICT: 'was refused at once',
    'SET NULL': `set ${columns} to NULL`,
    'SET DEFAULT': `set ${columns} to the default`,
  }
}

function isDeferred({ deferrable, initially }: ForeignKey): boolean {
  return deferrable === 'DEFERRABLE' && initially === 'DEFERRED'
}
