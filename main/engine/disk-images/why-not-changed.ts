import { say } from '@strata/contract/words/say.ts'
import type { Said } from '@strata/contract/words/said.ts'

import type { FileQuestion, FileUsers } from './file-users.ts'
import { whyNeeded } from './file-use-words.ts'

/**
 * Why files must not be written to, given away or deleted: because somebody needs one, or because it cannot be known
 * whether somebody does. Null: nothing is in the way.
 */
export async function whyNotChanged(fileUsers: FileUsers, question: FileQuestion): Promise<Said | null> {
  const uses = await fileUsers.ask(question)
  for (const path of question.paths) {
    const [use] = await uses.of(path)
    if (use !== undefined) return whyNeeded(use)
  }
  const [unseen] = uses.unseen
  return unseen === undefined ? null : say('diskImages.whetherSomebodyNeedsCannot', { sentence: unseen.sentence })
}
