/** One word of a POSIX shell, whatever it holds. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/** A script that any login shell passes on: users' shells are not always POSIX, `sh` is. */
export function viaSh(script: string): string {
  return `sh -c ${quoted(script)}`
}
