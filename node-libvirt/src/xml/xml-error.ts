/** Text that is not the XML that was asked for; says where, counting lines and columns from 1. */
export class XmlError extends Error {
  override readonly name = 'XmlError'

  constructor(
    readonly problem: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`${problem} (line ${line}, column ${column})`)
  }

  /** Works the position out only now that somebody needs it: counting on every token would slow each parse. */
  static at(source: string, offset: number, problem: string): XmlError {
    const before = source.slice(0, offset).split(/\r\n|\r|\n/)
    return new XmlError(problem, before.length, (before.at(-1) ?? '').length + 1)
  }
}
