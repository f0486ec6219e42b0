import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The disk that a guest would see. */
export const tinyCapacityBytes = 8 * 1024 ** 2

/** A real image, small: something on it, and much that is empty. */
export async function tinyQcow2(folder: string): Promise<Buffer> {
  const [raw, image] = [join(folder, 'disk.raw'), join(folder, 'disk.qcow2')]
  const disk = Buffer.alloc(tinyCapacityBytes)
  randomBytes(1024 ** 2).copy(disk, 3 * 1024 ** 2)
  await writeFile(raw, disk)
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, image])
  return readFile(image)
}

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

/** As it stands in a catalogue beside it. */
export const tinyEntry = {
  id: 'tiny-1-amd64',
  osId: 'linux2022',
  name: 'Tiny',
  version: '1',
  releasedIn: '2025-01',
  architecture: 'x86_64',
  format: 'qcow2',
  compression: null,
  url: 'tiny.qcow2',
  checksum: { url: 'SHA256SUMS', algorithm: 'sha256', layout: 'list' },
  signature: null,
  defaultUser: 'tiny',
  cloudInit: true,
  firmware: 'any',
  downloadBytes: null,
  capacityBytes: null,
}
