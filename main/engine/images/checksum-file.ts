import type { PublishedChecksum } from './catalogue-file.ts'

const digestLength = { sha256: 64, sha512: 128 } as const
const label = { sha256: 'SHA256', sha512: 'SHA512' } as const

/**
 * The digest that a file of checksums gives for a file, in small hex letters. Null: it gives none, or two that differ.
 * @param fileName must be the name in the file to the letter, except where the file is for one image alone
 */
export function digestIn(
  text: string,
  fileName: string,
  { algorithm, layout }: Pick<PublishedChecksum, 'algorithm' | 'layout'>,
): string | null {
  const lines = text.split('\n').map((line) => line.trimEnd())
  const entries = lines.map((line) => {
    switch (layout) {
      case 'list':
        return listEntry(line, algorithm)
      case 'bsd':
        return bsdEntry(line, algorithm)
      case 'single':
        return listEntry(line, algorithm) ?? bsdEntry(line, algorithm) ?? bareEntry(line, algorithm)
    }
  })
  const digests = entries
    .filter((entry) => entry !== null)
    .filter(({ name }) => layout === 'single' || name === fileName)
    .map(({ digest }) => digest)
  const different = new Set(digests)
  return different.size === 1 ? (digests[0] ?? null) : null
}

interface Entry {
  readonly digest: string
  /** Null: the line has no name. */
  readonly name: string | null
}

type Algorithm = keyof typeof digestLength

/** 'c0ffee…  name', with a star before the name where it was read as binary. */
function listEntry(line: string, algorithm: Algorithm): Entry | null {
  const [, digest, name] = /^([0-9a-fA-F]+) [ *](.+)$/.exec(line) ?? []
  return digest === undefined || name === undefined ? null : entry(digest, withoutFolder(name), algorithm)
}

/** 'SHA256 (name) = c0ffee…' */
function bsdEntry(line: string, algorithm: Algorithm): Entry | null {
  const [, kind, name, digest] = /^(SHA\d+) \((.+)\) = ([0-9a-fA-F]+)$/.exec(line) ?? []
  if (kind !== label[algorithm] || name === undefined || digest === undefined) return null
  return entry(digest, name, algorithm)
}

function bareEntry(line: string, algorithm: Algorithm): Entry | null {
  const [, digest] = /^\s*([0-9a-fA-F]+)$/.exec(line) ?? []
  return digest === undefined ? null : entry(digest, null, algorithm)
}

const withoutFolder = (name: string) => name.replace(/^\.\//, '')

/** A digest of another length is one of another kind. */
const entry = (digest: string, name: string | null, algorithm: Algorithm): Entry | null =>
  digest.length === digestLength[algorithm] ? { digest: digest.toLowerCase(), name } : null
