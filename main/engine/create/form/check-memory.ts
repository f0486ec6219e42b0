import { byteText } from '../../byte-text.ts'
import type { CheckGround } from './check-ground.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { fittingMemoryKiB } from './fitting-memory.ts'
import { resourcesFor } from '../proposals/amounts.ts'

const text = (kib: number) => byteText(kib * 1024)

export function checkMemory(form: PartialForm, ground: CheckGround): Finding[] {
  return [...checkAmount(form, ground), ...checkMaximum(form, ground)]
}

/** The first that applies: what cannot be, what will be slow, what the system will not like. */
function checkAmount({ memoryKiB, startsNow }: PartialForm, ground: CheckGround): Finding[] {
  if (memoryKiB === undefined) return []
  const { room, os } = ground
  if (memoryKiB > room.memoryKiB) {
    const suggestion = { memoryKiB: fittingMemoryKiB(room.availableMemoryKiB) }
    return [
      stopping('memoryKiB', 'invalid-input', `${room.hostLabel} has ${text(room.memoryKiB)} of memory in all.`, {
        suggestion,
      }),
    ]
  }
  if (memoryKiB > room.availableMemoryKiB && startsNow !== false) {
    return [
      warning(
        'memoryKiB',
        `${text(room.availableMemoryKiB)} of memory are free now. The host may have to swap, and everything becomes slow.`,
      ),
    ]
  }
  const promised = room.promisedMemoryKiB + memoryKiB
  if (room.promisedMemoryKiB > 0 && promised > room.memoryKiB) {
    return [
      warning(
        'memoryKiB',
        `The machines that run may take ${text(room.promisedMemoryKiB)}. With this one that is ${text(promised)}, and ${room.hostLabel} has ${text(room.memoryKiB)}.`,
      ),
    ]
  }
  const least = resourcesFor(ground)?.minimum.memoryKiB ?? 0
  if (memoryKiB >= least) return []
  return [
    warning('memoryKiB', `${os?.name ?? 'The system'} needs ${text(least)} of memory at least.`, {
      suggestion: { memoryKiB: least },
    }),
  ]
}

function checkMaximum({ memoryKiB, maxMemoryKiB }: PartialForm, { room }: CheckGround): Finding[] {
  if (maxMemoryKiB === undefined || maxMemoryKiB === null) return []
  if (memoryKiB !== undefined && maxMemoryKiB < memoryKiB) {
    return [
      stopping('maxMemoryKiB', 'invalid-input', 'The memory that it can grow to is less than it starts with.', {
        suggestion: { maxMemoryKiB: null },
      }),
    ]
  }
  if (maxMemoryKiB <= room.memoryKiB) return []
  return [
    stopping('maxMemoryKiB', 'invalid-input', `${room.hostLabel} has ${text(room.memoryKiB)} of memory in all.`, {
      suggestion: { maxMemoryKiB: Math.max(memoryKiB ?? 0, fittingMemoryKiB(room.memoryKiB)) },
    }),
  ]
}
