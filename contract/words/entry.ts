import type { Said } from './said.ts'

/**
 * The words of one key. Placeholders are '{name}' for a text or another sentence, and '{size:bytes}' for what is formatted
 * as the reader's locale has it. One that differs by an amount has a form for each plural category of its language
 * (`{ by: 'count', one: …, other: … }`), one that differs by a choice has a form for each of its values
 * (`{ by: 'right', read: …, 'read-write': … }`).
 */
export type Entry = string | Forms
export interface Forms {
  /** The value that chooses. */
  readonly by: string
  readonly [form: string]: string
}

/** A language's words: noun, then the sentence's name. */
export type Catalogue = Readonly<Record<string, Readonly<Record<string, Entry>>>>

type Listed = readonly (string | Said)[]

/** What a placeholder takes, by what stands behind its colon. */
export interface PlaceholderKinds {
  /** '1,024' */
  readonly count: number
  /** '6.4 GiB', from bytes. */
  readonly bytes: number
  /** '38 %', from 0 to 1. */
  readonly share: number
  /** '3 min 5 s', from milliseconds. */
  readonly elapsed: number
  /** '14 Nov 2026, 16:20', from epoch milliseconds. */
  readonly moment: number
  /** 'a, b and c' */
  readonly list: Listed
  /** 'a, b or c' */
  readonly options: Listed
  /** 'a, b, c' */
  readonly parts: Listed
  /** Sentences one behind the other. */
  readonly sentences: Listed
}

type ValueOf<P extends string> = P extends `${infer Name}:${infer Kind}`
  ? Kind extends keyof PlaceholderKinds
    ? Record<Name, PlaceholderKinds[Kind]>
    : never
  : Record<P, string | Said>

type ValuesIn<Template extends string> = Template extends `${string}{${infer P}}${infer Rest}`
  ? ValueOf<P> & ValuesIn<Rest>
  : unknown

type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

type FormNames<F> = Exclude<keyof F & string, 'by'>

/** The values that an entry's words ask for. */
export type EntryValues<E> = E extends string
  ? ValuesIn<E>
  : E extends { readonly by: infer By extends string }
    ? Record<By, E extends { readonly other: string } ? number : FormNames<E>> &
        Intersection<
          { [Form in FormNames<E>]: [E[Form] extends string ? ValuesIn<E[Form]> : unknown] }[FormNames<E>][0]
        >
    : never
