/**
 * What the SQLite that a plan is for can do beyond what every version since 3.35 can. The planner reads this record and no
 * version.
 */
export interface Capabilities {
  /** `ALTER TABLE … ALTER COLUMN c SET NOT NULL` and `DROP NOT NULL`. */
  readonly alterNotNull: boolean
  /** `ALTER TABLE … DROP CONSTRAINT n`, for a CHECK. */
  readonly dropConstraint: boolean
}

/** The version in which each came: https://www.sqlite.org/changes.html */
const since: Readonly<Record<keyof Capabilities, readonly [number, number]>> = {
  alterNotNull: [3, 53],
  dropConstraint: [3, 53],
}

/** What all of some versions can do, such as that of the connection and that of who will run the script. */
export function capabilitiesOf(...versions: readonly string[]): Capabilities {
  const can = (capability: keyof Capabilities): boolean => {
    const [major, minor] = since[capability]
    return versions.every((version) => {
      const [one = 0, two = 0] = version.split('.').map(Number)
      return one > major || (one === major && two >= minor)
    })
  }
  return { alterNotNull: can('alterNotNull'), dropConstraint: can('dropConstraint') }
}

/**
 * What a way back makes use of: an ALTER edits the text that is there, and only a rebuild gives the former table its own text again,
 * layout and comments included.
 */
export const capabilitiesOfReverse: Capabilities = { alterNotNull: false, dropConstraint: false }
