import type { AnswerFacts } from './answer-plan.ts'

interface BootFiles {
  readonly kernel: string
  readonly initrd: string
}

/** What the catalogue knows of the medium, before the places that are usual. */
export function bootCandidates(
  { kernelPath, initrdPath }: AnswerFacts,
  usual: readonly BootFiles[],
): readonly BootFiles[] {
  if (kernelPath === null || initrdPath === null) return usual
  const rooted = (path: string) => (path.startsWith('/') ? path : `/${path}`)
  return [{ kernel: rooted(kernelPath), initrd: rooted(initrdPath) }, ...usual]
}
