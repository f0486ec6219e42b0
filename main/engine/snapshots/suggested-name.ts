import { newPointName } from '@strata/contract/snapshots.ts'
import { say } from '@strata/contract/words/say.ts'

/** A name that no point of the machine has; counts on from the points of the same stem. */
export function suggestedName(taken: readonly string[], stem = say('snapshots.restorePoint').english): string {
  const numbers = taken.flatMap((name) => {
    const number = name.startsWith(`${stem} `) ? Number(name.slice(stem.length + 1)) : Number.NaN
    return Number.isSafeInteger(number) ? [number] : []
  })
  return `${stem} ${Math.max(0, ...numbers) + 1}`
}

/** Why a name cannot be; null: it can. */
export function nameProblem(name: string): string | null {
  return newPointName.safeParse(name).error?.issues[0]?.message ?? null
}
