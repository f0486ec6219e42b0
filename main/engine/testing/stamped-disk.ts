import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Fills the beginning of a disk with one letter. Its machine must be off. */
export async function stamp(path: string, letter: string): Promise<void> {
  await run('qemu-io', ['-f', 'qcow2', '-c', `write -P ${letter.charCodeAt(0)} 0 1M`, path])
}

/** The letter that the whole of it is filled with; null: not by one. */
export async function stampOf(path: string, letters: string): Promise<string | null> {
  for (const letter of letters) {
    const { stdout } = await run('qemu-io', [
      '-U',
      '-r',
      '-f',
      'qcow2',
      '-c',
      `read -P ${letter.charCodeAt(0)} 0 1M`,
      path,
    ]).catch((error: unknown) => ({ stdout: error instanceof Error && 'stdout' in error ? String(error.stdout) : '' }))
    if (stdout.includes('read 1048576/1048576') && !stdout.includes('verification failed')) return letter
  }
  return null
}

/** The points inside of an image, as QEMU's own tool lists them. */
export async function pointsInside(path: string): Promise<string[]> {
  const { stdout } = await run('qemu-img', ['info', '-U', '--output=json', path])
  const { snapshots = [] } = JSON.parse(stdout) as { snapshots?: { name: string }[] }
  return snapshots.map(({ name }) => name)
}

/** By QEMU's own tool, as another program would: takes, removes. */
export const takeInside = (path: string, name: string) => run('qemu-img', ['snapshot', '-c', name, path])
