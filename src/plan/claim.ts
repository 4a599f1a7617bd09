import { foldName, freeName } from '../model/name.ts'

/** A free name for something that is there only while a plan runs; it is taken from now on. */
export function claim(base: string, taken: Set<string>): string {
  const name = freeName(base, taken)
  taken.add(foldName(name))
  return name
}
