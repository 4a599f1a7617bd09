/** What is wanted and not there, and what is there and not wanted. */
export function compare(wanted, found, say) {
  return [
    ...wanted.filter((one) => !found.includes(one)).map(say),
    ...found.filter((one) => !wanted.includes(one)).map((one) => `${say(one)} is there, and should not be`),
  ]
}

/** The text without what means nothing in these texts: spaces, quotes, case, a semicolon. */
export function plain(sql) {
  return sql.replace(/[\s"`[\]();]/g, '').toLowerCase()
}

export function messageOf(act) {
  try {
    act()
    return undefined
  } catch (error) {
    return error.message
  }
}

/** Pragmas and the catalog of the database itself, also where the original is attached. */
export function ofMain(db) {
  return db.memory ? '' : 'main.'
}
