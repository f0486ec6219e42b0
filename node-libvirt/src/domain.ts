import type { Connection } from './connection.ts'
import { DomainCheckpoint } from './domain-checkpoint.ts'
import { DomainMigration } from './domain-migration.ts'
import { DomainSnapshot } from './domain-snapshot.ts'
import { flagBits, type Flags } from './flags.ts'
import { migrateManaged, type ManagedMigrateFlags } from './managed-migration.ts'
import type { MigrateParams } from './param-types.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/**
 * A virtual machine, as libvirt calls it. A handle holds a name, not a state: each method asks the daemon. All of them
 * throw LibvirtError ('no-domain' when it is gone, 'operation-invalid' when its state does not allow it) and
 * ConnectionError when the daemon goes away before it answers; a change may then have happened.
 */
export class Domain extends DomainMigration {
  /** Starts it, from its saved state if there is one. Gives a handle with its new id. @see virDomainCreateWithFlags (196) */
  async create(flags?: Flags<typeof enums.domainCreateFlags>, options?: CallOptions): Promise<Domain> {
    const args = { dom: this.ref, flags: flagBits(enums.domainCreateFlags, flags) }
    return new Domain(this.connection, (await this.connection.call('domainCreateWithFlags', args, options)).dom)
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

  /**
   * Moves it to another host and gives its handle there. This client leads: the daemons need not reach each other, only
   * the hypervisors must. `getJobStats` tells how it goes on. A signal or a timeout cancels it at the source, which then
   * goes on with the guest; once the transfer is done it is not called off any more.
   * @param params `migrate_uri` is where the destination listens, such as 'tcp://192.0.2.7'; by default it says so itself
   * @throws LibvirtError 'migrate-unsafe' when its disks are cached and 'unsafe' is not given; an AggregateError when even
   *   calling it off failed: then look at both sides
   * @see virDomainMigrate3 (302, 303, 305–307)
   */
  async migrate3(
    destination: Connection,
    params: MigrateParams = {},
    flags: ManagedMigrateFlags = [],
    options?: CallOptions,
  ): Promise<Domain> {
    return new Domain(destination, await migrateManaged(this, destination, params, flags, options))
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

  /** @see virDomainCheckpointCreateXML (411) */
  async checkpointCreateXML(
    xml: string,
    flags?: Flags<typeof enums.domainCheckpointCreateFlags>,
    options?: CallOptions,
  ): Promise<DomainCheckpoint> {
    const args = { dom: this.ref, xml_desc: xml, flags: flagBits(enums.domainCheckpointCreateFlags, flags) }
    const { checkpoint } = await this.connection.call('domainCheckpointCreateXml', args, options)
    return new DomainCheckpoint(this, checkpoint)
  }

  /** All of them; with 'roots' only those without a parent. @see virDomainListAllCheckpoints (413) */
  async listAllCheckpoints(
    flags?: Flags<typeof enums.domainCheckpointListFlags>,
    options?: CallOptions,
  ): Promise<DomainCheckpoint[]> {
    const args = { dom: this.ref, need_results: 1, flags: flagBits(enums.domainCheckpointListFlags, flags) }
    const { checkpoints } = await this.connection.call('domainListAllCheckpoints', args, options)
    return checkpoints.map((ref) => new DomainCheckpoint(this, ref))
  }

  /** @throws LibvirtError 'no-domain-checkpoint' @see virDomainCheckpointLookupByName (415) */
  async checkpointLookupByName(name: string, options?: CallOptions): Promise<DomainCheckpoint> {
    const args = { dom: this.ref, name, flags: 0 }
    const { checkpoint } = await this.connection.call('domainCheckpointLookupByName', args, options)
    return new DomainCheckpoint(this, checkpoint)
  }
}
