import type { Connection } from './connection.ts'
import { Domain } from './domain.ts'
import type { EventOptions } from './event-families.ts'
import { QEMU_PROGRAM, REMOTE_PROGRAM } from './protocol/constants.generated.ts'
import type { connectCloseReason } from './protocol/enums.generated.ts'
import type { EventCodec } from './protocol/events.generated.ts'
import {
  readConnectEventConnectionClosedMsg,
  readQemuDomainMonitorEventMsg,
  writeConnectEventConnectionClosedMsg,
  writeQemuDomainMonitorEventMsg,
  type ConnectEventConnectionClosedMsg,
  type QemuDomainMonitorEventMsg,
} from './protocol/structs.generated.ts'

/** An event of QEMU's monitor, such as 'RTC_CHANGE'. */
export interface MonitorEvent {
  readonly domain: Domain
  readonly event: string
  /** When QEMU sent it, since 1970. */
  readonly atMs: number
  /** JSON, null when it has none. */
  readonly details: string | null
}

export interface MonitorEventOptions extends EventOptions {
  /** Only events of this domain. */
  domain?: Domain | undefined
  /** Only events of this name. */
  event?: string | undefined
}

export type CloseReason = keyof typeof connectCloseReason | 'unknown'

// Both are told by their procedure alone and registered by calls of their own, without an event id.
export const monitorCodec: EventCodec<QemuDomainMonitorEventMsg> = {
  id: 0,
  program: QEMU_PROGRAM,
  procedure: 6,
  read: readQemuDomainMonitorEventMsg,
  write: writeQemuDomainMonitorEventMsg,
}
export const closeCodec: EventCodec<ConnectEventConnectionClosedMsg> = {
  id: 0,
  program: REMOTE_PROGRAM,
  procedure: 362,
  read: readConnectEventConnectionClosedMsg,
  write: writeConnectEventConnectionClosedMsg,
}

export function monitorEvent(connection: Connection, message: QemuDomainMonitorEventMsg): MonitorEvent {
  return {
    domain: new Domain(connection, message.dom),
    event: message.event,
    atMs: Number(message.seconds) * 1_000 + Math.floor(message.micros / 1_000),
    details: message.details,
  }
}
