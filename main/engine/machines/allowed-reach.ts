import { createHash } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { MachineRef } from '@strata/contract/references.ts'
import { z } from 'zod'

import { replaceFile } from '../replace-file.ts'
import { systemCodeOf } from '../strata-error.ts'

/*
 * Which lines of a machine's definition may reach out of it, because the user has allowed them: by the ids of
 * definitions/reach. Kept in the user's own data, as whoever can write a definition could write it there too.
 */

const record = z.object({ reachIds: z.array(z.string().max(64)).max(1000) })

/** What cannot be read allows nothing. */
export async function readAllowedReach(dataDir: string, machine: MachineRef): Promise<ReadonlySet<string>> {
  try {
    const read = record.safeParse(JSON.parse(await readFile(pathOf(dataDir, machine), 'utf8')))
    return new Set(read.success ? read.data.reachIds : [])
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || error instanceof SyntaxError) return new Set()
    throw error
  }
}

/** Replaces what was allowed before: a line that is not there any more is asked for when it comes back. */
export async function writeAllowedReach(
  dataDir: string,
  machine: MachineRef,
  reachIds: readonly string[],
): Promise<void> {
  const path = pathOf(dataDir, machine)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await replaceFile(path, `${JSON.stringify({ reachIds })}\n`)
}

export async function forgetAllowedReach(dataDir: string, machine: MachineRef): Promise<void> {
  await rm(pathOf(dataDir, machine), { force: true })
}

/** A host's id may hold what a file's name may not. */
function pathOf(dataDir: string, { hostId, uuid }: MachineRef): string {
  const folder = createHash('sha256').update(hostId).digest('hex').slice(0, 16)
  return join(dataDir, 'allowed', folder, `${uuid}.json`)
}
