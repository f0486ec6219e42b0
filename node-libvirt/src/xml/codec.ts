import type { XmlElement } from './xml-element.ts'

/** How a value is written. `owner` is the element that holds the text or the attribute, for what stands beside it. */
export interface Codec<T> {
  readonly kind: string
  /** Null for words that make no such value. */
  read(words: string, owner: XmlElement): T | null
  write(value: T, owner: XmlElement): string
}

export const text: Codec<string> = {
  kind: 'text',
  read: (words) => words,
  write: (value) => value,
}

/** A decimal number; larger ones than 2^53 lose precision when they are read. */
export const integer: Codec<number> = {
  kind: 'integer',
  read: (words) => (/^\s*-?\d+\s*$/.test(words) ? Number(words) : null),
  write: (value) => {
    if (!Number.isSafeInteger(value)) throw new TypeError(`Not a whole number: ${value}`)
    return String(value)
  },
}

/** One of the words that are known; one from a later libvirt is read as it stands. */
export type Known<T extends string> = T | (string & {})

export function oneOf<const T extends string>(
  ...words: readonly T[]
): Codec<Known<T>> & { readonly words: readonly T[] } {
  return { ...text, kind: 'word', words }
}

function claim(yes: string, no: string): Codec<boolean> {
  return {
    kind: 'claim',
    read: (words) => (words === yes ? true : words === no ? false : null),
    write: (value) => (value ? yes : no),
  }
}

export const yesNo = claim('yes', 'no')
export const onOff = claim('on', 'off')
