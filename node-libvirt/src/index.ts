export type { AskCredentials, CredentialQuestion, CredentialsWanted } from './auth/credentials.ts'
export { Connection, type Args, type DomainEventOptions, type ProcedureName, type Ret } from './connection.ts'
export type { CpuComparison, EmulatorChoice } from './connection-capabilities.ts'
export type { CpuList } from './cpu-map.ts'
export { Domain } from './domain.ts'
export { DomainCheckpoint } from './domain-checkpoint.ts'
export type { DomainEvent, DomainEventKind } from './domain-events.ts'
export type { DomainBlockInfo, DomainBlockJobInfo, DomainBlockStats, DomainDiskError } from './domain-block-results.ts'
export type { DomainJobInfo, DomainJobStats, JobAmount } from './domain-job-results.ts'
export type {
  DomainControlInfo,
  DomainFileSystem,
  DomainInfo,
  DomainInterfaceAddress,
  DomainInterfaceAddresses,
  DomainInterfaceStats,
  DomainMemoryStats,
  DomainState,
  DomainStateName,
  DomainVcpu,
  IoThreadInfo,
  SecurityLabel,
} from './domain-results.ts'
export { DomainSnapshot } from './domain-snapshot.ts'
export type { DomainStats, DomainStatsGroup, DomainStatsOptions } from './domain-stats.ts'
export {
  AuthenticationError,
  ConnectionError,
  EventOverflowError,
  LibvirtError,
  ProtocolError,
  type AuthenticationErrorReason,
  type ConnectionErrorReason,
  type LibvirtErrorCode,
  type LibvirtErrorDetail,
  type LibvirtErrorDomain,
} from './errors.ts'
export type { EventOptions } from './event-families.ts'
export type { Flags } from './flags.ts'
export { Interface } from './interface.ts'
export type { MetadataKind, NewMetadataKind } from './metadata.ts'
export type { CloseReason, MonitorEvent, MonitorEventOptions } from './monitor-events.ts'
export { Network, type DhcpLease } from './network.ts'
export { NetworkPort } from './network-port.ts'
export { NodeDevice } from './node-device.ts'
export type { NodeCpuMap, NodeInfo } from './node-info.ts'
export { NWFilter, NWFilterBinding } from './nw-filter.ts'
export type { NetworkEvents, NodeDeviceEvents, SecretEvents, StoragePoolEvents } from './object-events.ts'
export { openConnection, type OpenOptions } from './open.ts'
export type {
  BandwidthParams,
  BlkioParams,
  BlockCopyParams,
  BlockIoTuneParams,
  IoThreadParams,
  LaunchSecurityStateParams,
  MemoryParams,
  MigrateParams,
  NodeMemoryParams,
  NumaParams,
  PerfEvent,
  PerfEventParams,
  SaveParams,
  SchedulerParams,
} from './param-types.ts'
export type { CallOptions } from './rpc/call-options.ts'
export type { EventStream } from './rpc/event-queue.ts'
export type { KeepAliveOptions } from './rpc/keepalive.ts'
export type { Screenshot } from './screenshot.ts'
export { Secret, type SecretUsageType } from './secret.ts'
export type { ParamsOf, ParamType, ParamTypes } from './sent-params.ts'
export { StoragePool, type StoragePoolInfo } from './storage-pool.ts'
export {
  StorageVolume,
  type DownloadOptions,
  type StorageVolumeInfo,
  type TransferRange,
  type UploadOptions,
} from './storage-volume.ts'
export { LibvirtStream, StreamHole, type StreamDirection, type StreamOptions } from './stream.ts'
export type { Params, ParamValue } from './typed-params.ts'
export { openForward, sshCommand, type ForwardOptions } from './transport/ssh.ts'
export type { SshPurpose } from './transport/ssh-arguments.ts'
export type { UploadSource } from './upload.ts'
export { isSessionUri, parseUri, type ConnectionUri, type Transport } from './uri.ts'
export { resolveUriAlias } from './uri-aliases.ts'
