/**
 * The part of regular expressions that osinfo-db writes its rules in. Look-around, back references and possessive
 * repeats are left out: they cannot be matched in time that grows with the text alone.
 */
export type Pattern =
  | { readonly kind: 'character'; readonly matches: (code: number) => boolean; readonly literal: string | null }
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly branches: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly min: number; readonly max: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

const longest = 1024
const deepest = 32

/** Null: not a pattern of this kind. */
export function parsePattern(source: string): Pattern | null {
  if (source.length > longest) return null
  try {
    return new PatternReader(source).read()
  } catch (error) {
    if (error instanceof NotOfThisKind) return null
    throw error
  }
}

class NotOfThisKind extends Error {}

type Test = (code: number) => boolean

const isDigit: Test = (code) => code >= 0x30 && code <= 0x39
const isWord: Test = (code) =>
  isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
const isSpace: Test = (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d)
const not =
  (test: Test): Test =>
  (code) =>
    !test(code)

const classes: Readonly<Record<string, Test>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
}

class PatternReader {
  #at = 0
  #depth = 0

  constructor(private readonly source: string) {}

  read(): Pattern {
    const pattern = this.#choice()
    if (this.#at < this.source.length) throw new NotOfThisKind('a closing bracket without an opening one')
    return pattern
  }

  #choice(): Pattern {
    this.#depth += 1
    if (this.#depth > deepest) throw new NotOfThisKind('nested too deeply')
    const branches = [this.#sequence()]
    while (this.#takes('|')) branches.push(this.#sequence())
    this.#depth -= 1
    const [only, ...others] = branches
    return only !== undefined && others.length === 0 ? only : { kind: 'choice', branches }
  }

  #sequence(): Pattern {
    const parts: Pattern[] = []
    while (this.#at < this.source.length && !/[|)]/.test(this.source.charAt(this.#at)))
      parts.push(this.#repeated(this.#atom()))
    return { kind: 'sequence', parts }
  }

  #repeated(part: Pattern): Pattern {
    const counts = this.#counts()
    if (counts === null) return part
    if (part.kind === 'start' || part.kind === 'end') throw new NotOfThisKind('a repeated anchor')
    if (this.source[this.#at] === '+') throw new NotOfThisKind('a possessive repeat')
    this.#takes('?') // as few as possible: the same texts match
    return { kind: 'repeat', part, ...counts }
  }

  #counts(): { min: number; max: number } | null {
    if (this.#takes('*')) return { min: 0, max: Infinity }
    if (this.#takes('+')) return { min: 1, max: Infinity }
    if (this.#takes('?')) return { min: 0, max: 1 }
    const counted = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.source.slice(this.#at, this.#at + 16))
    if (counted === null) return null // a bracket that begins no count means itself
    this.#at += counted[0].length
    const min = Number(counted[1])
    const max = counted[2] === '' ? min : counted[3] === '' ? Infinity : Number(counted[3])
    if (max < min) throw new NotOfThisKind('a count that runs backwards')
    return { min, max }
  }

  #atom(): Pattern {
    const letter = this.#next()
    switch (letter) {
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '.':
        return { kind: 'character', matches: (code) => code !== 0x0a, literal: null }
      case '(':
        return this.#group()
      case '[':
        return { kind: 'character', matches: this.#set(), literal: null }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new NotOfThisKind('nothing to repeat')
      default:
        return exactly(letter)
    }
  }

  #group(): Pattern {
    if (this.#takes('?') && !this.#takes(':')) throw new NotOfThisKind('a group of another kind')
    const inner = this.#choice()
    if (!this.#takes(')')) throw new NotOfThisKind('a group that is never closed')
    return inner
  }

  #escape(): Pattern {
    const letter = this.#next()
    const test = classes[letter]
    if (test !== undefined) return { kind: 'character', matches: test, literal: null }
    if (/[A-Za-z0-9]/.test(letter)) throw new NotOfThisKind('an escape of another kind')
    return exactly(letter)
  }

  #set(): Test {
    const isNegated = this.#takes('^')
    const tests: Test[] = []
    do {
      const letter = this.#next()
      const test = letter === '\\' ? this.#setEscape() : letter.charCodeAt(0)
      if (typeof test !== 'number') {
        tests.push(test)
        continue
      }
      const last = this.#rangeEnd() ?? test
      if (last < test) throw new NotOfThisKind('a range that runs backwards')
      tests.push((code) => code >= test && code <= last)
    } while (this.source[this.#at] !== ']')
    this.#at += 1
    const any: Test = (code) => tests.some((test) => test(code))
    return isNegated ? not(any) : any
  }

  #setEscape(): Test | number {
    const letter = this.#next()
    const test = classes[letter]
    if (test !== undefined) return test
    if (/[A-Za-z0-9]/.test(letter)) throw new NotOfThisKind('an escape of another kind')
    return letter.charCodeAt(0)
  }

  /** Null: no range; a dash in front of the closing bracket means itself. */
  #rangeEnd(): number | null {
    if (this.source[this.#at] !== '-' || this.source[this.#at + 1] === ']') return null
    this.#at += 1
    const letter = this.#next()
    return (letter === '\\' ? this.#next() : letter).charCodeAt(0)
  }

  #next(): string {
    const letter = this.source[this.#at]
    if (letter === undefined) throw new NotOfThisKind('it ends too early')
    this.#at += 1
    return letter
  }

  #takes(letter: string): boolean {
    if (this.source[this.#at] !== letter) return false
    this.#at += 1
    return true
  }
}

/** Two thousand rules are made of the same few letters. */
const letters = new Map<string, Pattern>()

function exactly(letter: string): Pattern {
  const known = letters.get(letter)
  if (known !== undefined) return known
  const wanted = letter.charCodeAt(0)
  const pattern: Pattern = { kind: 'character', matches: (code) => code === wanted, literal: letter }
  if (wanted < 0x80) letters.set(letter, pattern)
  return pattern
}
