import { pathOfFile } from '../../../shell.ts'
import type { Choice } from '../choice.ts'
import { useFileDrop } from './use-file-drop.ts'

/** libvirt XML is text, and seldom longer. */
const MOST_DEFINITION_BYTES = 1024 ** 2

interface DroppedFileActs {
  found: () => readonly Choice[]
  /** Looks at a path on the engine's computer. */
  inspect: (path: string) => Promise<Choice | null>
  onChoice: (choice: Choice) => void
  onDefinition: (xml: string) => void
  /** Where it lies is known: the Electron shell tells it. */
  onPath: (path: string) => void
  /** There is such a file, but nobody says where. */
  onUnknown: (fileName: string) => void
}

/**
 * Chooses the file that was dropped. Electron's shell tells its path. A browser's page is told none: a medium is found
 * again by name and size among those that were found, else beside them; XML is read as it is.
 */
export function useDroppedFile(acts: DroppedFileActs) {
  async function take(file: File): Promise<void> {
    const path = pathOfFile(file)
    if (path !== null) {
      acts.onPath(path)
      return
    }
    if (/\.xml$/i.test(file.name) && file.size <= MOST_DEFINITION_BYTES) {
      acts.onDefinition(await file.text())
      return
    }
    const media = acts.found().flatMap((choice) => (choice.kind === 'media' ? [choice] : []))
    const known = media.find(({ media: each }) => each.fileName === file.name && each.sizeBytes === file.size)
    if (known !== undefined) {
      acts.onChoice(known)
      return
    }
    for (const folder of foldersOf(media)) {
      try {
        const choice = await acts.inspect(`${folder}/${file.name}`)
        if (choice?.kind === 'media' && choice.media.sizeBytes === file.size) {
          acts.onChoice(choice)
          return
        }
      } catch {
        // Not there: the next folder, or the user knows.
      }
    }
    acts.onUnknown(file.name)
  }
  return useFileDrop((file) => void take(file))
}

const foldersOf = (media: readonly Extract<Choice, { kind: 'media' }>[]): string[] => [
  ...new Set(
    media.flatMap(({ media: { source } }) =>
      source.kind === 'file' ? [source.path.slice(0, source.path.lastIndexOf('/'))] : [],
    ),
  ),
]
