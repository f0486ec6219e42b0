import { z } from 'zod'

/** What a sentence is filled with: a name, an amount in the unit that its placeholder says, a sentence, or a list of them. */
export type SaidValue = string | number | Said | readonly (string | Said)[]

/**
 * A sentence as it crosses the contract: its key in the catalogue and what fills it, so that each window words it in its own
 * language; and the English words, for logs, and for a window that does not know the key.
 */
export interface Said {
  /** 'doctor.diskMissing'; empty: the words come from elsewhere, and there is nothing to translate. */
  readonly key: string
  readonly values: Readonly<Record<string, SaidValue>>
  readonly english: string
}

/** What is longer is cut by `say`: names come from guests, files and definitions, and may be of any length. */
export const mostValueCharacters = 4096
export const mostListed = 100
export const mostEnglishCharacters = 16_384

const text = z.string().max(mostValueCharacters)

export const said: z.ZodType<Said, Said> = z.lazy(() =>
  z.object({
    key: z.string().max(128),
    values: z.record(z.string().max(64), value),
    english: z.string().max(mostEnglishCharacters),
  }),
)

const value: z.ZodType<SaidValue, SaidValue> = z.union([
  text,
  z.number(),
  said,
  z.array(z.union([text, said])).max(mostListed),
])

/** Words that no catalogue has: those of a former Strata, or of libvirt, as they stand. */
export function unkeyed(english: string): Said {
  return { key: '', values: {}, english: clipped(english, mostEnglishCharacters) }
}

/** A sentence in a file of Strata's own: a former Strata wrote its English only. */
export const storedSaid = z.union([said, z.string().transform(unkeyed)])

export function clipped(words: string, most: number): string {
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`
}
