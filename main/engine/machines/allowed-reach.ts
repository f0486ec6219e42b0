import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import type { MachineRef } from '@strata/contract/references.ts'
import { z } from 'zod'

import { replaceFile } from '../replace-file.ts'
import { recordPath } from '../storage/record-path.ts'
import { systemCodeOf } from '../strata-error.ts'

/*
 * Which lines of a machine's definition may reach out of it, because the user has allowed them: by the ids of
 * definitions/reach. Kept in the user's own data, as whoever can write a definition could write it there too.
 */

const record = z.object({ reachIds: z.array(z.string().max(64)).max(1000) })

/** What cannot be read allows nothing. */
export async function readAllowedReach(dataDir: string, machine: MachineRef): Promise<ReadonlySet<string>> {
  try {
    const read = record.safeParse(JSON.parse(await readFile(recordPath(dataDir, 'allowed', machine), 'utf8')))
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
  const path = recordPath(dataDir, 'allowed', machine)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await replaceFile(path, `${JSON.stringify({ reachIds })}\n`)
}

export async function forgetAllowedReach(dataDir: string, machine: MachineRef): Promise<void> {
  await rm(recordPath(dataDir, 'allowed', machine), { force: true })
}
