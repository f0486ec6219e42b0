import { nameOf } from './flags.ts'
import { domainJobType } from './protocol/enums.generated.ts'
import type { DomainGetJobInfoRet } from './protocol/structs.generated.ts'
import type { Params } from './typed-params.ts'

export interface DomainJobStats {
  /** 'none': no job runs. */
  readonly type: keyof typeof domainJobType | 'unknown'
  /** By libvirt's names, such as 'memory_remaining' (bytes) and 'time_elapsed' (ms). */
  readonly stats: Params
}

/** Amounts are bytes; a job has those that it needs, the others are 0. */
export interface DomainJobInfo {
  readonly type: DomainJobStats['type']
  readonly elapsedMs: number
  readonly remainingMs: number
  readonly data: JobAmount
  readonly memory: JobAmount
  readonly file: JobAmount
}

export interface JobAmount {
  readonly totalBytes: number
  readonly processedBytes: number
  readonly remainingBytes: number
}

export function jobInfo(info: DomainGetJobInfoRet): DomainJobInfo {
  const amount = (total: bigint, processed: bigint, remaining: bigint): JobAmount => ({
    totalBytes: Number(total),
    processedBytes: Number(processed),
    remainingBytes: Number(remaining),
  })
  return {
    type: nameOf(domainJobType, info.type),
    elapsedMs: Number(info.timeElapsed),
    remainingMs: Number(info.timeRemaining),
    data: amount(info.dataTotal, info.dataProcessed, info.dataRemaining),
    memory: amount(info.memTotal, info.memProcessed, info.memRemaining),
    file: amount(info.fileTotal, info.fileProcessed, info.fileRemaining),
  }
}
