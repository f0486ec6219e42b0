import { say } from '@strata/contract/words/say.ts'

import type { CheckGround } from './check-ground.ts'
import { stopping, warning, type Finding, type PartialForm } from './findings.ts'
import { fittingMemoryKiB } from './fitting-memory.ts'
import { resourcesFor } from '../proposals/amounts.ts'

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
      stopping(
        'memoryKiB',
        'invalid-input',
        say('create.memoryAll', { hostLabel: room.hostLabel, memory: room.memoryKiB * 1024 }),
        {
          suggestion,
        },
      ),
    ]
  }
  if (memoryKiB > room.availableMemoryKiB && startsNow !== false) {
    return [warning('memoryKiB', say('create.memoryFreeNowHost', { availableMemory: room.availableMemoryKiB * 1024 }))]
  }
  const promised = room.promisedMemoryKiB + memoryKiB
  if (room.promisedMemoryKiB > 0 && promised > room.memoryKiB) {
    return [
      warning(
        'memoryKiB',
        say('create.machinesRunMayTake', {
          promisedMemory: room.promisedMemoryKiB * 1024,
          promised: promised * 1024,
          hostLabel: room.hostLabel,
          memory: room.memoryKiB * 1024,
        }),
      ),
    ]
  }
  const least = resourcesFor(ground)?.minimum.memoryKiB ?? 0
  if (memoryKiB >= least) return []
  return [
    warning(
      'memoryKiB',
      os === null
        ? say('create.systemNeedsMemoryLeast', { least: least * 1024 })
        : say('create.needsMemoryLeast', { os: os.name, least: least * 1024 }),
      {
        suggestion: { memoryKiB: least },
      },
    ),
  ]
}

function checkMaximum({ memoryKiB, maxMemoryKiB }: PartialForm, { room }: CheckGround): Finding[] {
  if (maxMemoryKiB === undefined || maxMemoryKiB === null) return []
  if (memoryKiB !== undefined && maxMemoryKiB < memoryKiB) {
    return [
      stopping('maxMemoryKiB', 'invalid-input', say('create.memoryCanGrowLess'), {
        suggestion: { maxMemoryKiB: null },
      }),
    ]
  }
  if (maxMemoryKiB <= room.memoryKiB) return []
  return [
    stopping(
      'maxMemoryKiB',
      'invalid-input',
      say('create.memoryAll', { hostLabel: room.hostLabel, memory: room.memoryKiB * 1024 }),
      {
        suggestion: { maxMemoryKiB: Math.max(memoryKiB ?? 0, fittingMemoryKiB(room.memoryKiB)) },
      },
    ),
  ]
}
