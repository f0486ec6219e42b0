import { basename } from 'node:path'

import type { ImageSource } from '../disk-images/image-source.ts'
import { measureAsQcow2 } from '../disk-images/image-info.ts'
import type { HeldDisk } from './held-disks.ts'

/** Which content of which file. */
export function pointSource(name: string, { path, format, inside }: HeldDisk): ImageSource {
  return { path, format, part: null, ...(inside !== null && { point: name }) }
}

/** A form is checked at every letter, and measuring a large disk takes a while. What a point holds does not change. */
const measured = new Map<string, Promise<number>>()
const mostKept = 100

/** What a copy of the disk takes as qcow2. @throws StrataError when it cannot be read */
export function roomOfDisk(name: string, held: HeldDisk): Promise<number> {
  const key = [held.path, held.inside?.mark ?? held.capacityBytes].join(' ')
  const known = measured.get(key)
  if (known !== undefined) return known
  const measuring = measureAsQcow2(pointSource(name, held), basename(held.path))
  for (const oldest of [...measured.keys()].slice(0, Math.max(0, measured.size - mostKept + 1))) measured.delete(oldest)
  measured.set(key, measuring)
  measuring.catch(() => measured.delete(key)) // the next check measures again
  return measuring
}
