import picocolors from 'picocolors'

export type Colors = ReturnType<typeof picocolors.createColors>

/** Colours only on a terminal that wants them: https://no-color.org */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return picocolors.createColors(false)
  return picocolors.createColors((FORCE_COLOR ?? '') !== '' || (stream.isTTY === true && TERM !== 'dumb'))
}
