/* What qemu-img says that it opened stands in several places of its answer, and in more with each version. */

const belowKeys = new Set(['backing-filename', 'full-backing-filename', 'data-file'])
const mostDepth = 64

/** Every file of an answer of `qemu-img info` that is none of these, and every one that lies below the image. */
export function otherNames(answer: unknown, given: ReadonlySet<string>): string[] {
  return [...new Set(namesIn(answer, 0))]
    .filter(({ name, isBelow }) => isBelow || !given.has(name))
    .map(({ name }) => name)
}

interface Named {
  readonly name: string
  readonly isBelow: boolean
}

function namesIn(value: unknown, depth: number): Named[] {
  if (depth > mostDepth) return [{ name: 'an answer without an end', isBelow: true }]
  if (Array.isArray(value)) return value.flatMap((each) => namesIn(each, depth + 1))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    if (typeof each !== 'string') return namesIn(each, depth + 1)
    if (!key.endsWith('filename') && key !== 'data-file') return []
    return named(each, belowKeys.has(key), depth)
  })
}

/** A stretch of a file is named by the description of the whole. */
function named(name: string, isBelow: boolean, depth: number): Named[] {
  if (isBelow || !name.startsWith('json:')) return [{ name, isBelow }]
  try {
    return namesIn(JSON.parse(name.slice('json:'.length)), depth + 1)
  } catch {
    return [{ name, isBelow: true }] // what cannot be understood is none of the given
  }
}
