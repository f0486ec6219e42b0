import type { ParamsOf, ParamTypes } from './sent-params.ts'

// The type that libvirt wants for each parameter, from its headers' comments (VIR_DOMAIN_SCHEDULER_CPU_SHARES and so on).

export const schedulerParamTypes = {
  cpu_shares: 'ullong',
  global_period: 'ullong',
  global_quota: 'llong',
  vcpu_period: 'ullong',
  vcpu_quota: 'llong',
  emulator_period: 'ullong',
  emulator_quota: 'llong',
  iothread_period: 'ullong',
  iothread_quota: 'llong',
} as const satisfies ParamTypes
/** Shares are relative; periods and quotas are µs, a quota of −1 is no limit. */
export type SchedulerParams = ParamsOf<typeof schedulerParamTypes>

export const blkioParamTypes = {
  weight: 'uint',
  device_weight: 'string',
  device_read_iops_sec: 'string',
  device_write_iops_sec: 'string',
  device_read_bytes_sec: 'string',
  device_write_bytes_sec: 'string',
} as const satisfies ParamTypes
/** `weight` is 100–1,000; the others are 'path,value' pairs joined by commas, such as '/dev/sda,500'. */
export type BlkioParams = ParamsOf<typeof blkioParamTypes>

export const memoryParamTypes = {
  hard_limit: 'ullong',
  soft_limit: 'ullong',
  min_guarantee: 'ullong',
  swap_hard_limit: 'ullong',
} as const satisfies ParamTypes
/** KiB; 9,007,199,254,740,991 (2^53 − 1) is no limit. */
export type MemoryParams = ParamsOf<typeof memoryParamTypes>

export const numaParamTypes = { numa_nodeset: 'string', numa_mode: 'int' } as const satisfies ParamTypes
/** `numa_nodeset` is such as '0,2-3'; `numa_mode` a virDomainNumatuneMemMode (0 strict, 1 preferred, 2 interleave, 3 restrictive). */
export type NumaParams = ParamsOf<typeof numaParamTypes>

export const bandwidthParamTypes = {
  'inbound.average': 'uint',
  'inbound.peak': 'uint',
  'inbound.burst': 'uint',
  'inbound.floor': 'uint',
  'outbound.average': 'uint',
  'outbound.peak': 'uint',
  'outbound.burst': 'uint',
} as const satisfies ParamTypes
/** average, peak and floor in KiB/s, burst in KiB; 0 is no limit. */
export type BandwidthParams = ParamsOf<typeof bandwidthParamTypes>

export const blockIoTuneParamTypes = {
  total_bytes_sec: 'ullong',
  read_bytes_sec: 'ullong',
  write_bytes_sec: 'ullong',
  total_iops_sec: 'ullong',
  read_iops_sec: 'ullong',
  write_iops_sec: 'ullong',
  total_bytes_sec_max: 'ullong',
  read_bytes_sec_max: 'ullong',
  write_bytes_sec_max: 'ullong',
  total_iops_sec_max: 'ullong',
  read_iops_sec_max: 'ullong',
  write_iops_sec_max: 'ullong',
  total_bytes_sec_max_length: 'ullong',
  read_bytes_sec_max_length: 'ullong',
  write_bytes_sec_max_length: 'ullong',
  total_iops_sec_max_length: 'ullong',
  read_iops_sec_max_length: 'ullong',
  write_iops_sec_max_length: 'ullong',
  size_iops_sec: 'ullong',
  group_name: 'string',
} as const satisfies ParamTypes
/** Bytes and operations a second, `_max` for bursts and their `_length` in seconds; 0 is no limit. */
export type BlockIoTuneParams = ParamsOf<typeof blockIoTuneParamTypes>

export const blockCopyParamTypes = {
  bandwidth: 'ullong',
  granularity: 'uint',
  'buf-size': 'ullong',
} as const satisfies ParamTypes
/** `bandwidth` in bytes/s, the others in bytes; 0 lets the hypervisor choose. */
export type BlockCopyParams = ParamsOf<typeof blockCopyParamTypes>

export const ioThreadParamTypes = {
  poll_max_ns: 'ullong',
  poll_grow: 'uint',
  poll_shrink: 'uint',
  thread_pool_min: 'int',
  thread_pool_max: 'int',
} as const satisfies ParamTypes
export type IoThreadParams = ParamsOf<typeof ioThreadParamTypes>

export const migrateParamTypes = {
  migrate_uri: 'string',
  destination_name: 'string',
  destination_xml: 'string',
  persistent_xml: 'string',
  bandwidth: 'ullong',
  'bandwidth.postcopy': 'ullong',
  'bandwidth.avail.switchover': 'ullong',
  graphics_uri: 'string',
  listen_address: 'string',
  migrate_disks: 'strings',
  migrate_disks_detect_zeroes: 'strings',
  disks_port: 'int',
  disks_uri: 'string',
  compression: 'strings',
  'compression.mt.level': 'int',
  'compression.mt.threads': 'int',
  'compression.mt.dthreads': 'int',
  'compression.xbzrle.cache': 'ullong',
  'compression.zlib.level': 'int',
  'compression.zstd.level': 'int',
  'auto_converge.initial': 'int',
  'auto_converge.increment': 'int',
  'parallel.connections': 'int',
  'tls.destination': 'string',
} as const satisfies ParamTypes
/** `bandwidth` and `bandwidth.postcopy` in MiB/s, `bandwidth.avail.switchover` in bytes/s, caches in bytes. */
export type MigrateParams = ParamsOf<typeof migrateParamTypes>

export const saveParamTypes = {
  file: 'string',
  dxml: 'string',
  image_format: 'string',
  'parallel.channels': 'int',
} as const satisfies ParamTypes
/** `file` is a path on the daemon's host, `dxml` a description to use instead, `image_format` such as 'raw' or 'zstd'. */
export type SaveParams = ParamsOf<typeof saveParamTypes>

const PERF_EVENTS = [
  ...['cmt', 'mbmt', 'mbml', 'cache_misses', 'cache_references', 'instructions', 'cpu_cycles', 'branch_instructions'],
  ...['branch_misses', 'bus_cycles', 'stalled_cycles_frontend', 'stalled_cycles_backend', 'ref_cpu_cycles'],
  ...['cpu_clock', 'task_clock', 'page_faults', 'context_switches', 'cpu_migrations', 'page_faults_min'],
  ...['page_faults_maj', 'alignment_faults', 'emulation_faults'],
] as const
export type PerfEvent = (typeof PERF_EVENTS)[number]
/** Whether each event of the processor is counted; the counts are in the statistics group 'perf'. */
export type PerfEventParams = Readonly<Partial<Record<PerfEvent, boolean | undefined>>>
export const perfEventParamTypes = Object.fromEntries(PERF_EVENTS.map((name) => [name, 'boolean'])) as Readonly<
  Record<PerfEvent, 'boolean'>
>

export const launchSecurityStateParamTypes = {
  'sev-secret-header': 'string',
  'sev-secret': 'string',
  'sev-secret-set-address': 'ullong',
} as const satisfies ParamTypes
/** Header and secret are base64 text. */
export type LaunchSecurityStateParams = ParamsOf<typeof launchSecurityStateParamTypes>

export const nodeMemoryParamTypes = {
  shm_pages_to_scan: 'uint',
  shm_sleep_millisecs: 'uint',
  shm_merge_across_nodes: 'uint',
} as const satisfies ParamTypes
/** Of the kernel's same-page merging. */
export type NodeMemoryParams = ParamsOf<typeof nodeMemoryParamTypes>
