import type { Connection } from './connection.ts'
import {
  domainInfo,
  domainStateName,
  interfaceAddresses,
  memoryStats,
  type DomainBlockInfo,
  type DomainBlockStats,
  type DomainInfo,
  type DomainInterfaceAddresses,
  type DomainJobStats,
  type DomainMemoryStats,
  type DomainState,
} from './domain-results.ts'
import { DomainSnapshot } from './domain-snapshot.ts'
import { flagBits, nameOf, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { NonnullDomain } from './protocol/structs.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { readScreenshot, type Screenshot } from './screenshot.ts'
import type { LibvirtStream } from './stream.ts'
import { toParams, type Params } from './typed-params.ts'

/** More statistics than libvirt has. */
const MEMORY_STATS_MAX = 64

/**
 * A virtual machine, as libvirt calls it. A handle holds a name, not a state: each method asks the daemon. All of them
 * throw LibvirtError ('no-domain' when it is gone, 'operation-invalid' when its state does not allow it) and
 * ConnectionError when the daemon goes away before it answers; a change may then have happened.
 */
export class Domain {
  constructor(
    readonly connection: Connection,
    readonly ref: NonnullDomain,
  ) {}

  get name(): string {
    return this.ref.name
  }

  /** Lower case with dashes. */
  get uuid(): string {
    return this.ref.uuid
  }

  /** The hypervisor's number, null when it was off: as it was when this handle was made. */
  get id(): number | null {
    return this.ref.id === -1 ? null : this.ref.id
  }

  /** @see virDomainGetState (remote procedure 212) */
  async getState(options?: CallOptions): Promise<DomainState> {
    const { state, reason } = await this.connection.call('domainGetState', { dom: this.ref, flags: 0 }, options)
    return { state: domainStateName(state), reason }
  }

  /** @see virDomainGetInfo (16) */
  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    return domainInfo(await this.connection.call('domainGetInfo', { dom: this.ref }, options))
  }

  /**
   * Its description. Of a domain that runs it is the live one; 'inactive' asks for what is stored. 'secure' includes
   * passwords, which a read-only connection is refused. @see virDomainGetXMLDesc (14)
   */
  async getXMLDesc(flags?: Flags<typeof enums.domainXmlFlags>, options?: CallOptions): Promise<string> {
    const args = { dom: this.ref, flags: flagBits(enums.domainXmlFlags, flags) }
    return (await this.connection.call('domainGetXmlDesc', args, options)).xml
  }

  /** Whether its definition is stored. @see virDomainIsPersistent (151) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainIsPersistent', { dom: this.ref }, options)).persistent !== 0
  }

  /** @see virDomainIsActive (150) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainIsActive', { dom: this.ref }, options)).active !== 0
  }

  /** Whether the stored definition differs from the running one. @see virDomainIsUpdated (202) */
  async isUpdated(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainIsUpdated', { dom: this.ref }, options)).updated !== 0
  }

  /** @see virDomainGetAutostart (15) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainGetAutostart', { dom: this.ref }, options)).autostart !== 0
  }

  /** @see virDomainSetAutostart (29) */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.connection.call('domainSetAutostart', { dom: this.ref, autostart: autostart ? 1 : 0 }, options)
  }

  /** @see virDomainHasManagedSaveImage (183) */
  async hasManagedSaveImage(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainHasManagedSaveImage', { dom: this.ref, flags: 0 }, options)).result !== 0
  }

  /** Starts it, from its saved state if there is one. Gives a handle with its new id. @see virDomainCreateWithFlags (196) */
  async create(flags?: Flags<typeof enums.domainCreateFlags>, options?: CallOptions): Promise<Domain> {
    const args = { dom: this.ref, flags: flagBits(enums.domainCreateFlags, flags) }
    return new Domain(this.connection, (await this.connection.call('domainCreateWithFlags', args, options)).dom)
  }

  /** Asks the guest to shut down; it may take its time or not listen. @see virDomainShutdownFlags (258) */
  async shutdown(flags?: Flags<typeof enums.domainShutdownFlagValues>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainShutdownFlagValues, flags) }
    await this.connection.call('domainShutdownFlags', args, options)
  }

  /** Asks the guest to restart. @see virDomainReboot (27) */
  async reboot(flags?: Flags<typeof enums.domainRebootFlagValues>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainRebootFlagValues, flags) }
    await this.connection.call('domainReboot', args, options)
  }

  /** Presses the reset button: what the guest has not written is lost. @see virDomainReset (245) */
  async reset(options?: CallOptions): Promise<void> {
    await this.connection.call('domainReset', { dom: this.ref, flags: 0 }, options)
  }

  /** Cuts the power: what the guest has not written is lost. @see virDomainDestroyFlags (234) */
  async destroy(flags?: Flags<typeof enums.domainDestroyFlagsValues>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainDestroyFlagsValues, flags) }
    await this.connection.call('domainDestroyFlags', args, options)
  }

  /** Stops its CPUs; memory stays. @see virDomainSuspend (34) */
  async suspend(options?: CallOptions): Promise<void> {
    await this.connection.call('domainSuspend', { dom: this.ref }, options)
  }

  /** @see virDomainResume (28) */
  async resume(options?: CallOptions): Promise<void> {
    await this.connection.call('domainResume', { dom: this.ref }, options)
  }

  /** Writes its memory to disk and stops it; the next start goes on from there. @see virDomainManagedSave (182) */
  async managedSave(flags?: Flags<typeof enums.domainSaveRestoreFlags>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.connection.call('domainManagedSave', args, options)
  }

  /** Throws the saved state away. @see virDomainManagedSaveRemove (184) */
  async managedSaveRemove(options?: CallOptions): Promise<void> {
    await this.connection.call('domainManagedSaveRemove', { dom: this.ref, flags: 0 }, options)
  }

  /**
   * Forgets the definition. Each thing that is left (saved state, snapshots, NVRAM, …) needs its flag. One that runs
   * succeeds without any and becomes transient: when it stops, all is gone. @see virDomainUndefineFlags (231)
   */
  async undefineFlags(flags: Flags<typeof enums.domainUndefineFlagsValues>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainUndefineFlagsValues, flags) }
    await this.connection.call('domainUndefineFlags', args, options)
  }

  /** Only while it is off. Gives a handle with the new name. @see virDomainRename (358) */
  async rename(name: string, options?: CallOptions): Promise<Domain> {
    await this.connection.call('domainRename', { dom: this.ref, new_name: name, flags: 0 }, options)
    return new Domain(this.connection, { ...this.ref, name })
  }

  /** @param affects the running guest, the stored definition, or both @see virDomainAttachDeviceFlags (160) */
  async attachDeviceFlags(xml: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainAttachDeviceFlags', args, options)
  }

  /** Live, it returns when the guest has been asked; 'device-removed' tells that it is gone. @see virDomainDetachDeviceFlags (161) */
  async detachDeviceFlags(xml: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainDetachDeviceFlags', args, options)
  }

  /** Changes a device, such as the medium of a drive. @see virDomainUpdateDeviceFlags (174) */
  async updateDeviceFlags(xml: string, affects: DeviceFlags, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, xml, flags: flagBits(enums.domainDeviceModifyFlags, affects) }
    await this.connection.call('domainUpdateDeviceFlags', args, options)
  }

  /** A picture of a screen, 0 being the first. Its format is the hypervisor's: see `mime`. @see virDomainScreenshot (211) */
  async screenshot(screen = 0, options: Pick<CallOptions, 'signal'> = {}): Promise<Screenshot> {
    return readScreenshot(this.screenshotStream(screen, options))
  }

  /** Like `screenshot`, for reading it as it comes. `opened` gives the MIME type. */
  screenshotStream(screen = 0, options: Pick<CallOptions, 'signal'> = {}) {
    const args = { dom: this.ref, screen, flags: 0 }
    return this.connection.openStream('domainScreenshot', args, { direction: 'read', signal: options.signal })
  }

  /**
   * A serial console; bytes go both ways as they are. The stream fails with 'operation-failed' when somebody else holds
   * it and the flag is 'safe'; 'force' throws them out.
   * @param device its alias; null for the first @see virDomainOpenConsole (201)
   */
  openConsole(device: string | null = null, flags?: Flags<typeof enums.domainConsoleFlags>): LibvirtStream {
    const args = { dom: this.ref, dev_name: device, flags: flagBits(enums.domainConsoleFlags, flags) }
    return this.connection.openStream('domainOpenConsole', args, { direction: 'both' }).stream
  }

  /** A virtio channel by its target name; null for the first. @see virDomainOpenChannel (296) */
  openChannel(name: string | null = null, flags?: Flags<typeof enums.domainChannelFlags>): LibvirtStream {
    const args = { dom: this.ref, name, flags: flagBits(enums.domainChannelFlags, flags) }
    return this.connection.openStream('domainOpenChannel', args, { direction: 'both' }).stream
  }

  /**
   * Presses up to 16 keys together and lets them go.
   * @param keycodes in the code set, by default Linux's (KEY_ENTER is 28) @see virDomainSendKey (226)
   */
  async sendKey(
    keycodes: readonly number[],
    {
      codeset = 'linux',
      holdMs = 0,
      ...options
    }: { codeset?: keyof typeof enums.keycodeSet; holdMs?: number } & CallOptions = {},
  ): Promise<void> {
    const args = {
      dom: this.ref,
      codeset: enums.keycodeSet[codeset],
      holdtime: holdMs,
      keycodes: [...keycodes],
      flags: 0,
    }
    await this.connection.call('domainSendKey', args, options)
  }

  /** @param disk its target ('vda') or path @see virDomainGetBlockInfo (194) */
  async getBlockInfo(disk: string, options?: CallOptions): Promise<DomainBlockInfo> {
    const info = await this.connection.call('domainGetBlockInfo', { dom: this.ref, path: disk, flags: 0 }, options)
    return {
      capacityBytes: Number(info.capacity),
      allocationBytes: Number(info.allocation),
      physicalBytes: Number(info.physical),
    }
  }

  /** Changes a disk's size while the guest runs. @param disk its target ('vda') or path @see virDomainBlockResize (251) */
  async blockResize(disk: string, capacityBytes: number, options?: CallOptions): Promise<void> {
    const flags = enums.domainBlockResizeFlags.bytes
    await this.connection.call('domainBlockResize', { dom: this.ref, disk, size: capacityBytes, flags }, options)
  }

  /** @param disk its target ('vda') or path @see virDomainBlockStats (64) */
  async blockStats(disk: string, options?: CallOptions): Promise<DomainBlockStats> {
    const stats = await this.connection.call('domainBlockStats', { dom: this.ref, path: disk }, options)
    return {
      readRequests: Number(stats.rd_req),
      readBytes: Number(stats.rd_bytes),
      writeRequests: Number(stats.wr_req),
      writeBytes: Number(stats.wr_bytes),
      errors: Number(stats.errs),
    }
  }

  /** Its addresses as DHCP leases, the guest agent or the host's ARP table know them. @see virDomainInterfaceAddresses (353) */
  async interfaceAddresses(
    source: 'lease' | 'agent' | 'arp',
    options?: CallOptions,
  ): Promise<DomainInterfaceAddresses[]> {
    const args = { dom: this.ref, source: enums.domainInterfaceAddressesSource[source], flags: 0 }
    const { ifaces } = await this.connection.call('domainInterfaceAddresses', args, options)
    return ifaces.map(interfaceAddresses)
  }

  /** @see virDomainSnapshotCreateXML (185) */
  async snapshotCreateXML(
    xml: string,
    flags?: Flags<typeof enums.domainSnapshotCreateFlags>,
    options?: CallOptions,
  ): Promise<DomainSnapshot> {
    const args = { dom: this.ref, xml_desc: xml, flags: flagBits(enums.domainSnapshotCreateFlags, flags) }
    return new DomainSnapshot(this, (await this.connection.call('domainSnapshotCreateXml', args, options)).snap)
  }

  /** All of them; with 'roots' only those without a parent. @see virDomainListAllSnapshots (274) */
  async listAllSnapshots(
    flags?: Flags<typeof enums.domainSnapshotListFlags>,
    options?: CallOptions,
  ): Promise<DomainSnapshot[]> {
    const args = { dom: this.ref, need_results: 1, flags: flagBits(enums.domainSnapshotListFlags, flags) }
    const { snapshots } = await this.connection.call('domainListAllSnapshots', args, options)
    return snapshots.map((ref) => new DomainSnapshot(this, ref))
  }

  /** @throws LibvirtError 'no-domain-snapshot' @see virDomainSnapshotLookupByName (189) */
  async snapshotLookupByName(name: string, options?: CallOptions): Promise<DomainSnapshot> {
    const { snap } = await this.connection.call(
      'domainSnapshotLookupByName',
      { dom: this.ref, name, flags: 0 },
      options,
    )
    return new DomainSnapshot(this, snap)
  }

  /** The one that the present state descends from. @throws LibvirtError 'no-domain-snapshot' @see virDomainSnapshotCurrent (191) */
  async snapshotCurrent(options?: CallOptions): Promise<DomainSnapshot> {
    const { snap } = await this.connection.call('domainSnapshotCurrent', { dom: this.ref, flags: 0 }, options)
    return new DomainSnapshot(this, snap)
  }

  /** @see virDomainHasCurrentSnapshot (190) */
  async hasCurrentSnapshot(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainHasCurrentSnapshot', { dom: this.ref, flags: 0 }, options)).result !== 0
  }

  /** @see virDomainSnapshotNum (187) */
  async snapshotNum(flags?: Flags<typeof enums.domainSnapshotListFlags>, options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, flags: flagBits(enums.domainSnapshotListFlags, flags) }
    return (await this.connection.call('domainSnapshotNum', args, options)).num
  }

  /** Takes it back to a snapshot; what happened since is lost. @see virDomainRevertToSnapshot (192) */
  async revertToSnapshot(
    snapshot: DomainSnapshot,
    flags?: Flags<typeof enums.domainSnapshotRevertFlags>,
    options?: CallOptions,
  ): Promise<void> {
    await snapshot.revert(flags, options)
  }

  /**
   * Sends a command (JSON) to the guest agent and gives its answer (JSON). Marks the guest as tainted in its log.
   * @param timeoutS how long the agent gets, or one of libvirt's ways to wait
   * @throws LibvirtError 'agent-unresponsive' without an agent @see virDomainQemuAgentCommand (qemu procedure 3)
   */
  async agentCommand(
    command: string,
    timeoutS: number | 'block' | 'default' | 'nowait' = 'default',
    options?: CallOptions,
  ): Promise<string> {
    const timeout = typeof timeoutS === 'number' ? timeoutS : { block: -2, default: -1, nowait: 0 }[timeoutS]
    const args = { dom: this.ref, cmd: command, timeout, flags: 0 }
    return (await this.connection.call('domainAgentCommand', args, options)).result ?? ''
  }

  /**
   * What the guest agent tells, by libvirt's names such as 'os.pretty-name' and 'fs.0.used-bytes'. Types that are asked for
   * must be supported; none asks for all that are. @see virDomainGetGuestInfo (418)
   */
  async getGuestInfo(types?: Flags<typeof enums.domainGuestInfoTypes>, options?: CallOptions): Promise<Params> {
    const args = { dom: this.ref, types: flagBits(enums.domainGuestInfoTypes, types), flags: 0 }
    return toParams((await this.connection.call('domainGetGuestInfo', args, options)).params)
  }

  /**
   * The title, the description, or the element of one namespace.
   * @throws LibvirtError 'no-domain-metadata' when there is none @see virDomainGetMetadata (265)
   */
  async getMetadata(
    what: 'title' | 'description' | { uri: string },
    affects?: Affects,
    options?: CallOptions,
  ): Promise<string> {
    const { type, uri } = metadataOf(what)
    const args = { dom: this.ref, type, uri, flags: flagBits(enums.domainModificationImpact, affects) }
    return (await this.connection.call('domainGetMetadata', args, options)).metadata
  }

  /** @param value null removes it @param what of an element, `key` is the prefix to use @see virDomainSetMetadata (264) */
  async setMetadata(
    what: 'title' | 'description' | { uri: string; key: string },
    value: string | null,
    affects?: Affects,
    options?: CallOptions,
  ): Promise<void> {
    const key = typeof what === 'string' ? null : what.key
    const args = {
      dom: this.ref,
      metadata: value,
      key,
      ...metadataOf(what),
      flags: flagBits(enums.domainModificationImpact, affects),
    }
    await this.connection.call('domainSetMetadata', args, options)
  }

  /** @see virDomainMemoryStats (159) */
  async memoryStats(options?: CallOptions): Promise<DomainMemoryStats> {
    const args = { dom: this.ref, maxStats: MEMORY_STATS_MAX, flags: 0 }
    return memoryStats((await this.connection.call('domainMemoryStats', args, options)).stats)
  }

  /** How the job that holds the domain (save, snapshot, migration, …) goes on. @see virDomainGetJobStats (298) */
  async getJobStats(
    flags?: Flags<typeof enums.domainGetJobStatsFlags>,
    options?: CallOptions,
  ): Promise<DomainJobStats> {
    const args = { dom: this.ref, flags: flagBits(enums.domainGetJobStatsFlags, flags) }
    const { type, params } = await this.connection.call('domainGetJobStats', args, options)
    return { type: nameOf(enums.domainJobType, type), stats: toParams(params) }
  }

  /** Cancels the job that holds the domain. @see virDomainAbortJob (164) */
  async abortJob(options?: CallOptions): Promise<void> {
    await this.connection.call('domainAbortJob', { dom: this.ref }, options)
  }

  /** @param affects with 'maximum' the largest amount changes, which only works on the stored definition @see virDomainSetMemoryFlags (204) */
  async setMemoryFlags(
    memoryKiB: number,
    affects: Flags<typeof enums.domainMemoryModFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, memory: memoryKiB, flags: flagBits(enums.domainMemoryModFlags, affects) }
    await this.connection.call('domainSetMemoryFlags', args, options)
  }

  /** @param affects with 'maximum' the largest number changes, which only works on the stored definition @see virDomainSetVcpusFlags (199) */
  async setVcpusFlags(
    vcpuCount: number,
    affects: Flags<typeof enums.domainVcpuFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, nvcpus: vcpuCount, flags: flagBits(enums.domainVcpuFlags, affects) }
    await this.connection.call('domainSetVcpusFlags', args, options)
  }
}

type DeviceFlags = Flags<typeof enums.domainDeviceModifyFlags>
type Affects = Flags<typeof enums.domainModificationImpact>

function metadataOf(what: 'title' | 'description' | { uri: string }): { type: number; uri: string | null } {
  if (typeof what === 'string') return { type: enums.domainMetadataType[what], uri: null }
  return { type: enums.domainMetadataType.element, uri: what.uri }
}
