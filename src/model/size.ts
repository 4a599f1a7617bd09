/** About how many bytes, for people: an estimate has no more digits that count. */
export function aboutSize(bytes: number): string {
  const [unit, length] = bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3]
  return `${Number((bytes / length).toPrecision(2))} ${unit}`
}
