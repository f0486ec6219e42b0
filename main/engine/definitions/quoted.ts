/** A word for a shell: names of machines and networks may hold spaces and quotes. */
export const quoted = (word: string) => (/^[\w./:@,=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** A line for a shell. */
export const commandLine = (...words: readonly string[]) => words.map(quoted).join(' ')
