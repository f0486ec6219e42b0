import type { FileQuestion, FileUsers } from './file-users.ts'
import type { FileOwner } from './file-claim.ts'
import type { FileUses } from './file-uses.ts'

export type MachineOwner = Extract<FileOwner, { kind: 'machine' }>

/** The machines that have this very file as a disk, as they are defined or as they run. */
export async function machinesWithDisk(uses: FileUses, path: string): Promise<MachineOwner[]> {
  return (await uses.of(path)).flatMap(({ owner, role, through }) =>
    owner.kind === 'machine' && role === 'disk' && through === 'itself' ? [owner] : [],
  )
}

/** Asks when the answer is first needed, and only once. For callers that look at many files at one moment. */
export function askOnce(fileUsers: FileUsers, question: FileQuestion): () => Promise<FileUses> {
  let asked: Promise<FileUses> | null = null
  return () => (asked ??= fileUsers.ask(question))
}
