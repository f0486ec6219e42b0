import type { Domain } from './domain.ts'
import { flagBits, type Flags } from './flags.ts'
import { REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX, REMOTE_DOMAIN_LIST_MAX } from './protocol/constants.generated.ts'
import { connectGetAllDomainStatsFlags, domainStatsTypes } from './protocol/enums.generated.ts'
import { readNonnullDomain, type NonnullDomain } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { readParams, type Params } from './typed-params.ts'
import type { XdrReader } from './xdr/reader.ts'

export type DomainStatsGroup = keyof typeof domainStatsTypes

export interface DomainStatsOptions extends CallOptions {
  /** Only these; default all. */
  domains?: readonly Domain[] | undefined
  /** 'nowait' leaves out what a busy domain cannot tell at once. */
  flags?: Flags<typeof connectGetAllDomainStatsFlags> | undefined
}

export interface DomainStats {
  readonly domain: Domain
  /** By libvirt's names, such as 'cpu.time' (ns), 'balloon.current' (KiB), 'block.0.rd.bytes', 'net.0.rx.bytes'. */
  readonly stats: Params
}

export function statsBits(groups: readonly DomainStatsGroup[], flags: DomainStatsOptions['flags']) {
  return { stats: flagBits(domainStatsTypes, groups), flags: flagBits(connectGetAllDomainStatsFlags, flags) }
}

/** A name's length, a UUID, an id, a count. */
const MIN_RECORD_BYTES = 28

/** Reads the answer without the objects between: a fleet's statistics are the largest answers there are. */
export function readDomainStats(domainOf: (ref: NonnullDomain) => Domain): (reader: XdrReader) => DomainStats[] {
  const readRecord = (reader: XdrReader): DomainStats => ({
    domain: domainOf(readNonnullDomain(reader)),
    stats: readParams(reader, REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX),
  })
  return (reader) => reader.array(REMOTE_DOMAIN_LIST_MAX, MIN_RECORD_BYTES, readRecord)
}
