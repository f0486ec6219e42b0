import type { InnerPoint } from '../disk-images/qcow2-snapshots.ts'

/**
 * libvirt notes a point's moment as it is asked; QEMU notes it again in each image, soon after. Memory and further disks
 * are written in between, on a busy computer for minutes; one earlier is another point.
 */
const earliestSeconds = -60
const latestSeconds = 60 * 60

/** Which entries of an image can be the point that libvirt took at that moment. */
export function fitting(entries: readonly InnerPoint[], takenAtSeconds: number | null): readonly InnerPoint[] {
  if (takenAtSeconds === null) return entries
  return entries.filter((entry) => {
    const later = entry.takenAtSeconds - takenAtSeconds
    return later >= earliestSeconds && later <= latestSeconds
  })
}
