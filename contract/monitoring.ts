import { eventIterator } from '@orpc/contract'
import { z } from 'zod'

import { procedure } from './procedure.ts'
import { hostId, hostRef, machineRef, uuid } from './references.ts'

const column = z.instanceof(Float32Array)

/** The series of a machine. NaN in a column: not known at that moment; a gap, never a zero. */
export const seriesNames = [
  'cpuShare',
  'memoryUsedKiB',
  'diskReadBytesPerS',
  'diskWriteBytesPerS',
  'networkInBytesPerS',
  'networkOutBytesPerS',
] as const
export type SeriesName = (typeof seriesNames)[number]

/** `cpuShare` is 0–1 of all the machine's vCPUs; `memoryUsedKiB` is what the guest uses, else what the host holds for it. */
export const columns = z.object({
  cpuShare: column,
  memoryUsedKiB: column,
  diskReadBytesPerS: column,
  diskWriteBytesPerS: column,
  networkInBytesPerS: column,
  networkOutBytesPerS: column,
})
export type Columns = z.infer<typeof columns>

/** Load of a host now; nulls where the host cannot tell. */
export const hostLoad = z.object({
  hostId,
  cpuShare: z.number().nullable(),
  memoryUsedKiB: z.number().nullable(),
  memoryKiB: z.number().nullable(),
  diskAvailableBytes: z.number().nullable(),
})
export type HostLoad = z.infer<typeof hostLoad>

/** One tick over all active machines of a host; index i of every column belongs to `uuids[i]` of the last 'machines'. */
export const fleetMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('machines'), hostId, uuids: z.array(uuid) }),
  z.object({ type: z.literal('sample'), hostId, takenAtMs: z.number(), columns, load: hostLoad }),
])
export type FleetMessage = z.infer<typeof fleetMessage>

/** First the history of the chosen span, then a sample each second; index i of every column belongs to `timesMs[i]`. */
export const machineStatsMessage = z.object({
  type: z.enum(['history', 'sample']),
  timesMs: z.instanceof(Float64Array),
  columns,
  /** What the memory figure is: the guest's own word, or the host's. */
  memorySource: z.enum(['guest', 'host', 'none']),
})
export type MachineStatsMessage = z.infer<typeof machineStatsMessage>

export const monitoring = {
  /** All hosts when no id is given. */
  watchFleet: procedure.input(hostRef.partial()).output(eventIterator(fleetMessage)),
  watchMachine: procedure
    .input(machineRef.extend({ span: z.enum(['10-minutes', '2-hours', '48-hours', '90-days']) }))
    .output(eventIterator(machineStatsMessage)),
}
