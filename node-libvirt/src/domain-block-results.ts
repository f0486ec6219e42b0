import { nameOf } from './flags.ts'
import { domainBlockJobType, type domainDiskErrorCode } from './protocol/enums.generated.ts'
import type { DomainGetBlockJobInfoRet } from './protocol/structs.generated.ts'
import { toNumber } from './typed-params.ts'

export interface DomainBlockInfo {
  /** What the guest sees. */
  readonly capacityBytes: number
  /** The highest byte in use, where the hypervisor knows it. */
  readonly allocationBytes: number
  /** What it takes on the host. */
  readonly physicalBytes: number
}

export interface DomainBlockStats {
  readonly readRequests: number
  readonly readBytes: number
  readonly writeRequests: number
  readonly writeBytes: number
  /** -1: the hypervisor does not count them. */
  readonly errors: number
}

export interface DomainDiskError {
  readonly disk: string
  readonly error: keyof typeof domainDiskErrorCode | 'unknown'
}

export interface DomainBlockJobInfo {
  readonly type: keyof typeof domainBlockJobType
  /** Its limit; 0 is none. A bigint beyond 2^53. */
  readonly bytesPerSecond: number | bigint
  /** Where it is; with `end` only the share that is done means something. */
  readonly current: number
  readonly end: number
}

export function blockJobInfo(info: DomainGetBlockJobInfoRet): DomainBlockJobInfo | null {
  if (info.found === 0) return null
  return {
    type: nameOf(domainBlockJobType, info.type),
    bytesPerSecond: toNumber(info.bandwidth),
    current: Number(info.cur),
    end: Number(info.end),
  }
}
