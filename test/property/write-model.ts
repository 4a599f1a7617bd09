import type {
  ColumnModel,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  SchemaModel,
  Spelling,
  TableModel,
  TriggerModel,
  TriggerStepModel,
  ViewModel,
  VirtualTableModel,
} from './schema-model.ts'

/** The statements of a schema, by what they create, in the order in which they can run. */
export interface Ddl {
  readonly tables: readonly string[]
  readonly indexes: readonly string[]
  readonly views: readonly string[]
  readonly triggers: readonly string[]
}

/**
 * Writes a schema; SQLite may still refuse some of its statements.
 *
 * @param saysRenames Whether comments say the former names.
 */
export function writeModel(model: SchemaModel, saysRenames = false): Ddl {
  const tables = model.tables.map(fitTable)
  const indexes = model.indexes.filter((index) => fitsIndex(index, tables))
  return {
    tables: [
      ...tables.map((table) => writeTable(table, tables, indexes, saysRenames)),
      ...model.virtualTables.map(
        (table) => `${saysRenames ? renamed(table, '--', '\n') : ''}${writeVirtualTable(table)}`,
      ),
    ],
    indexes: indexes.map(writeIndex),
    views: model.views.flatMap((view) => writeView(view, model, tables)),
    triggers: model.triggers.flatMap((trigger) => writeTrigger(trigger, model, tables)),
  }
}

const strictTypes = new Set(['INT', 'INTEGER', 'REAL', 'TEXT', 'BLOB', 'ANY'])

/** Makes a table consistent in itself. */
function fitTable(table: TableModel): TableModel {
  const plain = table.columns.filter((column) => column.generated === undefined)
  // A generated column needs one that is not, and reads only such.
  const [first = { ...table.columns[0]!, generated: undefined }] = plain
  const readable = plain.length > 0 ? plain : [first]
  const columns = (plain.length > 0 ? table.columns : [first, ...table.columns.slice(1)]).map((column): ColumnModel => {
    const fitted = table.strict ? { ...column, type: strictType(column) } : column
    if (fitted.generated === undefined) return fitted
    const of = readable.some((one) => one.name === fitted.generated!.of) ? fitted.generated.of : first.name
    return { ...fitted, default: undefined, generated: { ...fitted.generated, of } }
  })
  const has = (name: string): boolean => columns.some((column) => column.name === name)
  const keep = (names: readonly string[]): readonly string[] => [...new Set(names.filter(has))]
  const primaryKey = fitPrimaryKey(table.primaryKey, readable)
  const rowid = primaryKey?.rowid && !table.withoutRowid ? primaryKey.columns[0] : undefined
  return {
    ...table,
    columns: columns.map((column) => (column.name === rowid ? { ...column, type: 'INTEGER' } : column)),
    primaryKey: primaryKey && { ...primaryKey, autoincrement: primaryKey.autoincrement && rowid !== undefined },
    withoutRowid: table.withoutRowid && primaryKey !== undefined,
    uniques: table.uniques.map((unique) => ({ ...unique, columns: keep(unique.columns) })).filter(hasColumns),
    checks: table.checks.filter((check) => has(check.of)),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, columns: keep(key.columns) })).filter(hasColumns),
  }
}

function hasColumns(key: { readonly columns: readonly string[] }): boolean {
  return key.columns.length > 0
}

/** A generated column of another type than what it computes would take no row. */
function strictType({ type, generated }: ColumnModel): string {
  if (generated !== undefined && generated.template !== '?') return 'ANY'
  if (strictTypes.has(type)) return type
  if (type.startsWith('VARCHAR')) return 'TEXT'
  return type === 'BOOLEAN' ? 'INTEGER' : 'ANY'
}

function fitPrimaryKey(key: PrimaryKeyModel | undefined, stored: readonly ColumnModel[]): PrimaryKeyModel | undefined {
  if (key === undefined) return undefined
  const there = stored.filter((column) => key.columns.includes(column.name))
  const names = (there.length > 0 ? there : stored.slice(0, 1)).map((column) => column.name)
  if (!key.rowid) return { ...key, columns: names }
  // A column that is an INTEGER already can become the rowid with its rows; another one rarely has to.
  const integer = stored.find((column) => column.type === 'INTEGER')
  if (integer !== undefined && !key.descending) return { ...key, columns: [integer.name] }
  return { ...key, columns: names.slice(0, 1), rowid: key.descending || key.autoincrement }
}

interface Words {
  name(name: string): string
  keyword(text: string): string
  readonly gap: string
}

function wordsOf(spelling: Spelling): Words {
  switch (spelling) {
    case 'plain':
      return { name: (name) => name, keyword: (text) => text, gap: ', ' }
    case 'quoted':
      return { name: (name) => `"${name}"`, keyword: (text) => text.toLowerCase(), gap: ',' }
    case 'shouting':
      return { name: (name) => `[${name.toUpperCase()}]`, keyword: (text) => text, gap: ' ,\n  ' }
    case 'commented':
      return { name: (name) => name, keyword: (text) => text, gap: ', -- and\n  ' }
  }
}

/** The comment that says a former name. */
function renamed({ name, was }: { readonly name: string; readonly was?: string }, open: string, end: string): string {
  return was === undefined || was === name ? '' : `${open} @renamed from=${was}${end}`
}

function writeTable(
  table: TableModel,
  tables: readonly TableModel[],
  indexes: readonly IndexModel[],
  saysRenames: boolean,
): string {
  const { name, keyword, gap } = wordsOf(table.spelling)
  const named = (constraint: string | undefined): string =>
    constraint === undefined ? '' : `${keyword('CONSTRAINT')} ${name(constraint)} `
  const conflict = (action: string | undefined): string =>
    action === undefined ? '' : ` ${keyword('ON CONFLICT')} ${keyword(action)}`
  const collated = (collation: string | undefined): string =>
    collation === undefined ? '' : ` ${keyword('COLLATE')} ${collation}`
  const fill = (template: string, of: string): string =>
    template.replaceAll('?', name(of)).replaceAll('@', table.spelling === 'shouting' ? name(table.name) : table.name)
  const atColumns = new Map<string, string[]>()
  const atTable: string[] = []
  const place = (columns: readonly string[], atColumn: boolean, short: string, long: string): void => {
    if (atColumn && columns.length === 1) atColumns.set(columns[0]!, [...(atColumns.get(columns[0]!) ?? []), short])
    else atTable.push(long)
  }
  const { primaryKey } = table
  if (primaryKey !== undefined) {
    const order = primaryKey.descending ? ' DESC' : ''
    const auto = primaryKey.autoincrement ? ` ${keyword('AUTOINCREMENT')}` : ''
    // With a collation of its own, an INTEGER PRIMARY KEY is the rowid still.
    const collate = collated(primaryKey.collation)
    const first = `${collate}${order}`
    const list = primaryKey.columns.map((column, index) => `${name(column)}${index === 0 ? first : ''}`).join(', ')
    const words = `${named(primaryKey.name)}${keyword('PRIMARY KEY')}`
    // At the column, INTEGER PRIMARY KEY DESC is no rowid, and takes no AUTOINCREMENT.
    const end = conflict(primaryKey.onConflict)
    const short = `${words}${auto === '' ? order : ''}${end}${auto}`
    const atColumn = primaryKey.atColumn && collate === ''
    place(primaryKey.columns, atColumn, short, `${words} (${list}${auto})${end}`)
  }
  for (const unique of table.uniques) {
    const first = `${collated(unique.collation)}${unique.descending ? ' DESC' : ''}`
    const list = unique.columns.map((column, index) => `${name(column)}${index === 0 ? first : ''}`).join(', ')
    const words = `${named(unique.name)}${keyword('UNIQUE')}`
    const end = conflict(unique.onConflict)
    place(unique.columns, unique.atColumn && first === '', `${words}${end}`, `${words} (${list})${end}`)
  }
  for (const check of table.checks) {
    const words = `${named(check.name)}${keyword('CHECK')} (${fill(check.template, check.of)})`
    place([check.of], check.atColumn, words, words)
  }
  for (const key of table.foreignKeys) {
    const found = findParentKey(key, table, tables, indexes)
    if (found === undefined) continue
    const { columns, referenced, implied } = found
    const words = [
      `${keyword('REFERENCES')} ${name(key.table)}${implied ? '' : ` (${referenced.map(name).join(', ')})`}`,
      ...(key.onDelete === undefined ? [] : [`${keyword('ON DELETE')} ${keyword(key.onDelete)}`]),
      ...(key.onUpdate === undefined ? [] : [`${keyword('ON UPDATE')} ${keyword(key.onUpdate)}`]),
      ...(key.match === undefined ? [] : [`${keyword('MATCH')} ${key.match}`]),
      ...(key.deferral === undefined ? [] : [keyword(key.deferral)]),
    ].join(' ')
    const long = `${named(key.name)}${keyword('FOREIGN KEY')} (${columns.map(name).join(', ')}) ${words}`
    place(columns, key.atColumn, `${named(key.name)}${words}`, long)
  }
  const columns = table.columns.map((column) => {
    const parts = [`${name(column.name)}${saysRenames ? renamed(column, ' /*', ' */') : ''}`]
    if (column.type !== '') parts.push(keyword(column.type))
    if (column.notNull !== undefined) {
      parts.push(`${named(column.notNull.name)}${keyword('NOT NULL')}${conflict(column.notNull.onConflict)}`)
    }
    if (column.default !== undefined) parts.push(`${named(column.valueName)}${keyword('DEFAULT')} ${column.default}`)
    if (column.collation !== undefined) parts.push(`${keyword('COLLATE')} ${column.collation}`)
    if (column.generated !== undefined) {
      const { template, of, stored } = column.generated
      parts.push(
        `${named(column.valueName)}${keyword('AS')} (${fill(template, of)}) ${keyword(stored ? 'STORED' : 'VIRTUAL')}`,
      )
    }
    return [...parts, ...(atColumns.get(column.name) ?? [])].join(' ')
  })
  const options = [...(table.strict ? ['STRICT'] : []), ...(table.withoutRowid ? ['WITHOUT ROWID'] : [])]
  const end = table.spelling === 'commented' ? ' -- that is all\n)' : ')'
  const above = saysRenames ? renamed(table, '--', '\n') : ''
  return `${above}${keyword('CREATE TABLE')} ${name(table.name)} (${[...columns, ...atTable].join(gap)}${end}${options.length > 0 ? ' ' : ''}${options.map(keyword).join(', ')}`
}

interface ParentKey {
  readonly columns: readonly string[]
  readonly referenced: readonly string[]
  readonly implied: boolean
}

/** A foreign key needs a parent with a unique key of as many columns; one that dangles needs nothing. */
function findParentKey(
  key: ForeignKeyModel,
  child: TableModel,
  tables: readonly TableModel[],
  indexes: readonly IndexModel[],
): ParentKey | undefined {
  const parent = tables.find((table) => table.name === key.table)
  const dangling = key.dangling ? { columns: key.columns.slice(0, 1), referenced: ['a'], implied: false } : undefined
  if (parent === undefined) return dangling
  const keys = [
    ...(parent.primaryKey === undefined ? [] : [parent.primaryKey.columns]),
    ...parent.uniques.filter((unique) => unique.collation === undefined).map((unique) => unique.columns),
    ...indexes
      .filter((index) => index.unique && index.table === parent.name && index.where === undefined)
      .filter((index) => index.parts.every((part) => part.template === '?' && part.collation === undefined))
      .map((index) => [...new Set(index.parts.map((part) => part.of))]),
  ]
  const referenced = keys[key.key % Math.max(1, keys.length)]
  if (referenced === undefined) return dangling
  // A column of the parent's type is the likelier child; others are orphans, which only those that dangle may be.
  const typeOf = (table: TableModel, name: string): string | undefined =>
    table.columns.find((column) => column.name === name)?.type
  const wanted = typeOf(parent, referenced[0]!)
  const alike = key.columns.filter((name) => typeOf(child, name) === wanted)
  const columns = [...new Set([...alike, ...(key.dangling ? key.columns : [])])].slice(0, referenced.length)
  if (columns.length < referenced.length) return dangling
  return { columns, referenced, implied: key.implied && referenced === parent.primaryKey?.columns }
}

function fitsIndex(index: IndexModel, tables: readonly TableModel[]): boolean {
  const table = tables.find((one) => one.name === index.table)
  const has = (name: string): boolean => table?.columns.some((column) => column.name === name) ?? false
  return index.parts.every((part) => has(part.of)) && (index.where === undefined || has(index.where.of))
}

function writeIndex(index: IndexModel): string {
  const parts = index.parts.map(({ of, template, collation, descending }) => {
    const collate = collation === undefined || template !== '?' ? '' : ` COLLATE ${collation}`
    return `${template.replaceAll('?', of)}${collate}${descending ? ' DESC' : ''}`
  })
  const where = index.where === undefined ? '' : ` WHERE ${index.where.template.replaceAll('?', index.where.of)}`
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${index.name} ON ${index.table} (${parts.join(', ')})${where}`
}

function writeView(view: ViewModel, model: SchemaModel, tables: readonly TableModel[]): string[] {
  const sources = [...tables.map((table) => table.name), ...model.views.map((one) => one.name)]
  const isSource = (name: string): boolean => sources.includes(name) && (name.startsWith('t') || name < view.name)
  if (!isSource(view.source)) return []
  const joined = view.joined !== undefined && isSource(view.joined) ? view.joined : undefined
  const columns = columnsOf(view.source, model, tables)
  const names = view.columns === '*' ? ['*'] : view.columns.filter((name) => columns.includes(name))
  const list = names.length === 0 ? ['*'] : names
  const source = joined === undefined ? view.source : `${view.source} AS x JOIN ${joined} AS y`
  const select = joined === undefined ? list : [...list.map((name) => `x.${name}`), 'count(*) AS n']
  const usable = view.where !== undefined && joined === undefined && columns.includes(view.where.of)
  const where = usable ? ` WHERE ${view.where!.template.replaceAll('?', view.where!.of)}` : ''
  const named =
    view.lists && list[0] !== '*' && joined === undefined ? ` (${list.map((name) => `w${name}`).join(', ')})` : ''
  const query = `SELECT ${select.join(', ')} FROM ${source}${where}`
  const put = {
    plain: query,
    with: `WITH below AS (${query}) SELECT * FROM below`,
    union: `${query} UNION ALL ${query}`,
  }[view.form]
  return [`CREATE VIEW ${view.name}${named} AS ${put}`]
}

function writeVirtualTable({ name, columns, options }: VirtualTableModel): string {
  return `CREATE VIRTUAL TABLE ${name} USING fts5(${[...columns, ...(options === undefined ? [] : [options])].join(', ')})`
}

/** The columns by which a table or view can be read; of a view over a view, only roughly. */
function columnsOf(name: string, model: SchemaModel, tables: readonly TableModel[]): readonly string[] {
  const table = tables.find((one) => one.name === name)
  if (table !== undefined) return table.columns.map((column) => column.name)
  const virtual = model.virtualTables.find((one) => one.name === name)
  if (virtual !== undefined) return virtual.columns
  const view = model.views.find((one) => one.name === name)
  if (view === undefined || (view.source >= view.name && !view.source.startsWith('t'))) return []
  const below = columnsOf(view.source, model, tables)
  const chosen = view.columns === '*' ? [] : view.columns.filter((column) => below.includes(column))
  if (chosen.length === 0) return below
  return view.lists && view.joined === undefined ? chosen.map((name) => `w${name}`) : chosen
}

function writeTrigger(trigger: TriggerModel, model: SchemaModel, tables: readonly TableModel[]): string[] {
  const columns = columnsOf(trigger.on, model, tables)
  if (columns.length === 0) return []
  const isView = trigger.on.startsWith('v')
  const of = trigger.of !== undefined && columns.includes(trigger.of) ? trigger.of : undefined
  const timing = isView ? 'INSTEAD OF' : trigger.timing
  const event = trigger.event === 'UPDATE' && of !== undefined ? `UPDATE OF ${of}` : trigger.event
  const row = trigger.event === 'DELETE' ? 'OLD' : 'NEW'
  const when = of === undefined ? '' : ` WHEN ${row}.${of} IS NOT 'quiet'`
  const body = trigger.body.flatMap((step) => writeTriggerStep(step, trigger, row, model, tables))
  const steps = body.length === 0 ? ["SELECT RAISE(ABORT, 'fired')"] : body
  const each = trigger.forEachRow ? ' FOR EACH ROW' : ''
  return [
    `CREATE TRIGGER ${trigger.name} ${timing} ${event} ON ${trigger.on}${each}${when} BEGIN ${steps.join('; ')}; END`,
  ]
}

function writeTriggerStep(
  { kind, table, column }: TriggerStepModel,
  { on }: TriggerModel,
  row: string,
  model: SchemaModel,
  tables: readonly TableModel[],
): string[] {
  const columns = columnsOf(table, model, tables)
  const into = columns.includes(column) ? column : columns[0]
  if (into === undefined || kind === 'raise') return ["SELECT RAISE(ABORT, 'fired')"]
  const seen = columnsOf(on, model, tables).includes(column) ? `${row}.${column}` : "'fired'"
  switch (kind) {
    case 'insert':
      return [`INSERT INTO ${table} (${into}) VALUES (${seen})`]
    case 'replace':
      return [`INSERT OR REPLACE INTO ${table} (${into}) VALUES (${seen})`]
    case 'insert-star':
      return [`INSERT INTO ${table} SELECT * FROM ${on}`]
    case 'update':
      return [`UPDATE ${table} SET ${into} = ${seen}`]
    case 'delete':
      return [`DELETE FROM ${table} WHERE ${into} = ${seen}`]
  }
}
