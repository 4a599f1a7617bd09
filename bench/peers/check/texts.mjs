import { compare, messageOf, ofMain, plain } from './compare.mjs'
import { quoteName } from './quote-name.mjs'

/** Triggers in the order they fire in, views that can be read, and comments. */
export function lostTexts(db, expected) {
  const texts = (one, type) =>
    one
      .prepare(`SELECT name, sql FROM ${ofMain(one)}sqlite_schema WHERE type = ? ORDER BY rowid`)
      .all(type)
      .map(({ name, sql }) => ({ name, sql: plain(sql) }))
  const lost = ['trigger', 'view'].flatMap((type) => {
    const [was, is] = [texts(expected, type), texts(db, type)]
    const kept = is.filter(({ name }) => was.some((one) => one.name === name))
    const other = kept.filter(({ name, sql }) => was.find((one) => one.name === name).sql !== sql)
    const order = was.filter(({ name }) => kept.some((one) => one.name === name))
    return [
      ...compare(
        was.map((one) => one.name),
        is.map((one) => one.name),
        (name) => `the ${type} ${name}`,
      ),
      ...other.map(({ name }) => `the ${type} ${name} says something else`),
      ...(order.every(({ name }, at) => kept[at].name === name) ? [] : [`the order in which the ${type}s fire`]),
    ]
  })
  const unreadable = texts(db, 'view').flatMap(({ name }) => {
    const message = messageOf(() => db.prepare(`SELECT * FROM main.${quoteName(name)} LIMIT 1`).all())
    return message === undefined ? [] : [`the view ${name} can't be read: ${message}`]
  })
  const comments = (one) =>
    one
      .prepare(`SELECT sql FROM ${ofMain(one)}sqlite_schema WHERE sql LIKE '%-- an ontology%'`)
      .pluck()
      .all()
      .map(() => 'the comment in the text of mapping_paths')
  return [...lost, ...unreadable, ...compare(comments(expected), comments(db), (one) => one)]
}
