import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const mib = 1024 ** 2

/** A disk of 16 MiB with a partition table, something at its beginning, middle and end, and nothing between. */
export function patternedDisk(partition: { readonly type: number } = { type: 0x83 }): Buffer {
  const disk = Buffer.alloc(16 * mib)
  disk.write('\xeb\x63\x90', 0, 'latin1') // a jump: there is boot code
  disk.set([0x80, 0, 0, 0, partition.type], 446)
  disk.set([0x55, 0xaa], 510)
  for (let index = 0; index < 3 * mib; index += 1) disk[mib + index] = (index * 31 + (index >> 8) * 7) & 0xff
  disk.fill('middle', 9 * mib, 9 * mib + 60_000)
  disk.write('the very end', disk.length - 12)
  return disk
}

/** A disk with an EFI system partition and a place for BIOS boot code, as UEFI 2.10 chapter 5 lays a GPT out. */
export function gptDisk(): Buffer {
  const disk = Buffer.alloc(mib)
  disk.set([0, 0, 0, 0, 0xee], 446)
  disk.set([0x55, 0xaa], 510)
  disk.write('EFI PART', 512)
  disk.writeBigUInt64LE(2n, 512 + 72)
  disk.writeUInt32LE(128, 512 + 80)
  disk.writeUInt32LE(128, 512 + 84)
  disk.write('28732ac11ff8d211ba4b00a0c93ec93b', 1024, 'hex')
  disk.write('4861682149646f6e744e656564454649', 1024 + 128, 'hex')
  return disk
}

/** The same content in another format. */
export async function writeImage(
  path: string,
  format: string,
  content: Buffer,
  options: readonly string[] = [],
): Promise<void> {
  const raw = `${path}.raw-content`
  await writeFile(raw, content)
  await run('qemu-img', ['convert', '-f', 'raw', '-O', format, ...options.flatMap((each) => ['-o', each]), raw, path])
}

export async function qemuImg(...words: readonly string[]): Promise<string> {
  return (await run('qemu-img', words)).stdout
}
