import { execFile } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

const stampedBytes = '64k'
const pattern = (letter: string) => `0x${letter.charCodeAt(0).toString(16)}`

export async function stamp(path: string, letter: string): Promise<void> {
  await run('qemu-io', ['-f', 'qcow2', '-c', `write -P ${pattern(letter)} 0 ${stampedBytes}`, path])
}

/** Whether the disk begins with this letter; also while a guest has it open. */
export async function holds(path: string, letter: string): Promise<boolean> {
  const read = ['-U', '-r', '-f', 'qcow2', '-c', `read -P ${pattern(letter)} 0 ${stampedBytes}`, path]
  try {
    await run('qemu-io', read)
    return true
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (said.includes('verification failed')) return false
    throw error
  }
}

/** Whether a point inside the image holds this letter. */
export async function pointHolds(path: string, point: string, letter: string): Promise<boolean> {
  const copy = `${path}.read`
  try {
    await run('cp', [path, copy])
    await run('qemu-img', ['snapshot', '-q', '-a', point, copy])
    return await holds(copy, letter)
  } finally {
    await rm(copy, { force: true })
  }
}

export async function pointsIn(path: string): Promise<string[]> {
  const { stdout } = await run('qemu-img', ['info', '-U', '--output=json', path])
  const { snapshots = [] } = JSON.parse(stdout) as { snapshots?: { name: string }[] }
  return snapshots.map(({ name }) => name)
}

/** As by a bug or a bad disk: a part that is in use counts as free. What it holds stays. */
export async function damage(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const numberAt = async (at: bigint) => (await file.read(Buffer.alloc(8), 0, 8, Number(at))).buffer.readBigUInt64BE()
    const addressBits = 0x00ff_ffff_ffff_fe00n
    const firstTable = await numberAt(40n)
    const data = (await numberAt((await numberAt(firstTable)) & addressBits)) & addressBits
    const counts = (await numberAt(await numberAt(48n))) & addressBits
    const clusterBits = (await file.read(Buffer.alloc(4), 0, 4, 20)).buffer.readUInt32BE()
    await file.write(Buffer.from([0, 0]), 0, 2, Number(counts) + Number(data >> BigInt(clusterBits)) * 2)
  } finally {
    await file.close()
  }
}

/** Whether QEMU finds nothing wrong with it. */
export async function isSound(path: string): Promise<boolean> {
  return run('qemu-img', ['check', '-q', '-f', 'qcow2', path]).then(
    () => true,
    () => false,
  )
}
