import type { SetupHandle } from 'sqlite-converge'

/** Functions that the applications define for themselves, as much of them as triggers and views need. */
export function defineFunctions(handle: SetupHandle): void {
  // Calibre
  handle.function('title_sort', (title: unknown) => String(title).replace(/^(The|A) (.*)$/, '$2, $1'))
  handle.function('uuid4', () => '00000000-0000-4000-8000-000000000000')
  handle.function('books_list_filter', (_book: unknown) => 1)
  handle.aggregate('concat', { start: '', step: (all: string, one: unknown) => (all === '' ? one : `${all},${one}`) })
  handle.aggregate('sortconcat', {
    start: '',
    step: (all: string, _id: unknown, one: unknown) => (all === '' ? one : `${all},${one}`),
  })
  // Apple Messages
  handle.function('before_delete_attachment_path', (_row: unknown, _guid: unknown) => null)
  handle.function('delete_attachment_path', (_filename: unknown) => null)
  handle.function('after_delete_message_plugin', (_row: unknown, _guid: unknown) => null)
  // Core Data
  handle.function(
    'NSCoreDataTriggerUpdateAffectedObjectValue',
    (_table: unknown, _entity: unknown, _key: unknown, _column: unknown, value: unknown) => value,
  )
  // Fossil
  handle.function('title', (type: unknown, rid: unknown, name: unknown) => `${type}-${rid} ${name}`)
  handle.function('body', (_type: unknown, _rid: unknown, name: unknown) => `the body of ${name}`)
  // GeoPackage; a geometry is its bounds here, as a text.
  const bound = (index: number) => (geometry: unknown) => Number(String(geometry).split(' ')[index])
  for (const [index, name] of ['ST_MinX', 'ST_MaxX', 'ST_MinY', 'ST_MaxY'].entries())
    handle.function(name, bound(index))
  handle.function('ST_IsEmpty', (geometry: unknown) => (geometry === '' ? 1 : 0))
}
