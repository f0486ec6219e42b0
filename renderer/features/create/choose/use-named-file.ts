import type { StrataProblem } from '@strata/contract/errors.ts'
import { shallowRef } from 'vue'

import { toProblem } from '../../../problem.ts'
import type { Choice } from '../choice.ts'

interface NamedFileActs {
  /** Looks at a path on the engine's computer. Null: nothing that a machine is made from. */
  inspect: (path: string) => Promise<Choice | null>
  readDefinition: (path: string) => Promise<string>
  onChoice: (choice: Choice) => void
  onDefinition: (xml: string) => void
  /** It is there, and no machine is made from it. */
  onUnknown: (fileName: string) => void
}

/** Chooses a file whose path is known: one that the program was started with, or that was dropped where paths are told. */
export function useNamedFile(acts: NamedFileActs) {
  const problem = shallowRef<StrataProblem | null>(null)
  async function take(path: string): Promise<void> {
    problem.value = null
    try {
      if (/\.xml$/i.test(path)) {
        acts.onDefinition(await acts.readDefinition(path))
        return
      }
      const choice = await acts.inspect(path)
      if (choice === null) acts.onUnknown(path.slice(path.lastIndexOf('/') + 1))
      else acts.onChoice(choice)
    } catch (error) {
      problem.value = toProblem(error)
    }
  }
  return { problem, take }
}
