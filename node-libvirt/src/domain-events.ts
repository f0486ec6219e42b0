import type { Connection } from './connection.ts'
import { Domain } from './domain.ts'
import { flagNames, nameOf } from './flags.ts'
import {
  connectDomainEventAgentLifecycleReason,
  connectDomainEventAgentLifecycleState,
  connectDomainEventBlockJobStatus,
  connectDomainEventDiskChangeReason,
  domainBlockJobType,
  domainEventGraphicsAddressType,
  domainEventGraphicsPhase,
  domainEventIoErrorAction,
  domainEventTrayChangeReason,
  domainEventType,
  domainEventWatchdogAction,
  domainMemoryFailureActionType,
  domainMemoryFailureFlags,
  domainMemoryFailureRecipientType,
  domainMetadataType,
} from './protocol/enums.generated.ts'
import type { DomainEventMessages } from './protocol/events.generated.ts'
import type { DomainEventGraphicsAddress, NonnullDomain } from './protocol/structs.generated.ts'
import { toNumber, toParams } from './typed-params.ts'

type Messages = DomainEventMessages

/** Every kind of domain event, by libvirt's name in kebab-case, with what makes a plain event of its message. */
export const domainEventTranslators = {
  /** A change of state or definition. `detail` is the number of libvirt's virDomainEvent…DetailType for the event. */
  lifecycle: ({ msg }: Messages['lifecycle']) => ({ event: nameOf(domainEventType, msg.event), detail: msg.detail }),
  reboot: () => ({}),
  /** The guest has set its clock to this many seconds off the host's. */
  'rtc-change': ({ msg }: Messages['rtc-change']) => ({ offsetS: Number(msg.offset) }),
  watchdog: ({ msg }: Messages['watchdog']) => ({ action: nameOf(domainEventWatchdogAction, msg.action) }),
  'io-error': ({ msg }: Messages['io-error']) => ({
    sourcePath: msg.srcPath,
    deviceAlias: msg.devAlias,
    action: nameOf(domainEventIoErrorAction, msg.action),
  }),
  /** Like io-error, with the reason where the hypervisor knows it, such as 'enospc'; else ''. */
  'io-error-reason': ({ msg }: Messages['io-error-reason']) => ({
    sourcePath: msg.srcPath,
    deviceAlias: msg.devAlias,
    action: nameOf(domainEventIoErrorAction, msg.action),
    reason: msg.reason,
  }),
  graphics: ({ msg }: Messages['graphics']) => ({
    phase: nameOf(domainEventGraphicsPhase, msg.phase),
    local: graphicsAddress(msg.local),
    remote: graphicsAddress(msg.remote),
    authScheme: msg.authScheme,
    subject: msg.subject,
  }),
  'control-error': () => ({}),
  /** A block job's change, with the disk by its path. */
  'block-job-path': ({ msg }: Messages['block-job-path']) => ({
    path: msg.path,
    type: nameOf(domainBlockJobType, msg.type),
    status: nameOf(connectDomainEventBlockJobStatus, msg.status),
  }),
  'disk-change': ({ msg }: Messages['disk-change']) => ({
    oldSourcePath: msg.oldSrcPath,
    newSourcePath: msg.newSrcPath,
    deviceAlias: msg.devAlias,
    reason: nameOf(connectDomainEventDiskChangeReason, msg.reason),
  }),
  'tray-change': ({ msg }: Messages['tray-change']) => ({
    deviceAlias: msg.devAlias,
    reason: nameOf(domainEventTrayChangeReason, msg.reason),
  }),
  pmwakeup: ({ reason }: Messages['pmwakeup']) => ({ reason }),
  pmsuspend: ({ reason }: Messages['pmsuspend']) => ({ reason }),
  'balloon-change': ({ msg }: Messages['balloon-change']) => ({ actualKiB: toNumber(msg.actual) }),
  'pmsuspend-disk': ({ reason }: Messages['pmsuspend-disk']) => ({ reason }),
  'device-removed': ({ msg }: Messages['device-removed']) => ({ deviceAlias: msg.devAlias }),
  /** A block job's change, with the disk by its target, such as 'vda'. */
  'block-job': (message: Messages['block-job']) => ({
    disk: message.dst,
    type: nameOf(domainBlockJobType, message.type),
    status: nameOf(connectDomainEventBlockJobStatus, message.status),
  }),
  tunable: (message: Messages['tunable']) => ({ params: toParams(message.params) }),
  'agent-lifecycle': (message: Messages['agent-lifecycle']) => ({
    state: nameOf(connectDomainEventAgentLifecycleState, message.state),
    reason: nameOf(connectDomainEventAgentLifecycleReason, message.reason),
  }),
  'device-added': (message: Messages['device-added']) => ({ deviceAlias: message.devAlias }),
  'migration-iteration': (message: Messages['migration-iteration']) => ({ iteration: message.iteration }),
  'job-completed': (message: Messages['job-completed']) => ({ stats: toParams(message.params) }),
  'device-removal-failed': (message: Messages['device-removal-failed']) => ({ deviceAlias: message.devAlias }),
  /** `uri` names the namespace when the type is 'element'. */
  'metadata-change': (message: Messages['metadata-change']) => ({
    type: nameOf(domainMetadataType, message.type),
    uri: message.nsuri,
  }),
  'block-threshold': (message: Messages['block-threshold']) => ({
    device: message.dev,
    path: message.path,
    thresholdBytes: toNumber(message.threshold),
    excessBytes: toNumber(message.excess),
  }),
  'memory-failure': (message: Messages['memory-failure']) => ({
    recipient: nameOf(domainMemoryFailureRecipientType, message.recipient),
    action: nameOf(domainMemoryFailureActionType, message.action),
    flags: flagNames(domainMemoryFailureFlags, message.flags),
  }),
  'memory-device-size-change': (message: Messages['memory-device-size-change']) => ({
    alias: message.alias,
    sizeBytes: toNumber(message.size),
  }),
  'nic-mac-change': (message: Messages['nic-mac-change']) => ({
    alias: message.alias,
    oldMac: message.oldMAC,
    newMac: message.newMAC,
  }),
} satisfies { [K in keyof Messages]: (message: Messages[K]) => object }

export type DomainEventKind = keyof Messages

/** An event of one kind; all have the domain that it is about. */
export type DomainEvent<K extends DomainEventKind = DomainEventKind> = { readonly domain: Domain } & Readonly<
  ReturnType<(typeof domainEventTranslators)[K]>
>

/** The domain of a message: the older messages wrap it. */
export function domainOf(message: { dom: NonnullDomain } | { msg: { dom: NonnullDomain } }): NonnullDomain {
  return 'dom' in message ? message.dom : message.msg.dom
}

function graphicsAddress(address: DomainEventGraphicsAddress) {
  return {
    family: nameOf(domainEventGraphicsAddressType, address.family),
    node: address.node,
    service: address.service,
  }
}

/** Makes an event of a message; null when it is about another domain than the wanted one. */
export function translateDomainEvent<K extends DomainEventKind>(
  connection: Connection,
  kind: K,
  message: Messages[K],
  wantedUuid: string | undefined,
): DomainEvent<K> | null {
  const ref = domainOf(message)
  if (wantedUuid !== undefined && ref.uuid !== wantedUuid) return null
  const translators: { [Kind in DomainEventKind]: (message: Messages[Kind]) => object } = domainEventTranslators
  return { domain: new Domain(connection, ref), ...translators[kind](message) } as DomainEvent<K>
}
