import { DomainJobs } from './domain-jobs.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { migrateParamTypes, type MigrateParams } from './param-types.ts'
import { fromParams } from './sent-params.ts'

type MigrateFlags = Flags<Omit<typeof enums.domainMigrateFlags, 'peer2peer'>>

/** Moves to another host, done by the daemons themselves. */
export abstract class DomainMigration extends DomainJobs {
  /**
   * Moves it to another host, peer to peer: our daemon connects to the other. Resolves when it is there. `getJobStats`
   * tells on another connection how it goes on, `abortJob` ends it.
   * @param destinationUri of the other daemon as this one reaches it, such as 'qemu+ssh://there/system'
   * @throws LibvirtError 'migrate-unsafe' when its disks are cached and 'unsafe' is not given
   * @see virDomainMigrateToURI3 (305)
   */
  async migrateToURI3(
    destinationUri: string,
    params: MigrateParams = {},
    flags: MigrateFlags = [],
    options?: CallOptions,
  ): Promise<void> {
    const args = {
      dom: this.ref,
      dconnuri: destinationUri,
      params: fromParams(migrateParamTypes, params),
      cookie_in: new Uint8Array(),
      flags: flagBits(enums.domainMigrateFlags, [...flags, 'peer2peer']),
    }
    await this.connection.call('domainMigratePerform3Params', args, options)
  }

  /**
   * The older form, for daemons that do not know parameters.
   * @param bandwidthMiB MiB/s; 0 is no limit @see virDomainMigrateToURI2 (216)
   */
  async migrateToURI2(
    destinationUri: string,
    more: {
      readonly migrateUri?: string
      readonly destinationXml?: string
      readonly destinationName?: string
      readonly bandwidthMiB?: number
    } = {},
    flags: MigrateFlags = [],
    options?: CallOptions,
  ): Promise<void> {
    const args = {
      dom: this.ref,
      xmlin: more.destinationXml ?? null,
      cookie_in: new Uint8Array(),
      dconnuri: destinationUri,
      uri: more.migrateUri ?? null,
      flags: flagBits(enums.domainMigrateFlags, [...flags, 'peer2peer']),
      dname: more.destinationName ?? null,
      resource: more.bandwidthMiB ?? 0,
    }
    await this.connection.call('domainMigratePerform3', args, options)
  }

  /** How long the guest may stand still at the end. @see virDomainMigrateGetMaxDowntime (387) */
  async migrateGetMaxDowntime(options?: CallOptions): Promise<number> {
    const { downtime } = await this.connection.call('domainMigrateGetMaxDowntime', { dom: this.ref, flags: 0 }, options)
    return Number(downtime)
  }

  /** @throws LibvirtError 'operation-invalid' while it does not migrate @see virDomainMigrateSetMaxDowntime (166) */
  async migrateSetMaxDowntime(downtimeMs: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, downtime: downtimeMs, flags: 0 }
    await this.connection.call('domainMigrateSetMaxDowntime', args, options)
  }

  /** MiB/s. @see virDomainMigrateGetMaxSpeed (242) */
  async migrateGetMaxSpeed(
    flags?: Flags<typeof enums.domainMigrateMaxSpeedFlags>,
    options?: CallOptions,
  ): Promise<number> {
    const args = { dom: this.ref, flags: flagBits(enums.domainMigrateMaxSpeedFlags, flags) }
    return Number((await this.connection.call('domainMigrateGetMaxSpeed', args, options)).bandwidth)
  }

  /** @see virDomainMigrateSetMaxSpeed (207) */
  async migrateSetMaxSpeed(
    bandwidthMiB: number,
    flags?: Flags<typeof enums.domainMigrateMaxSpeedFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const flagArgs = { flags: flagBits(enums.domainMigrateMaxSpeedFlags, flags) }
    await this.connection.call(
      'domainMigrateSetMaxSpeed',
      { dom: this.ref, bandwidth: bandwidthMiB, ...flagArgs },
      options,
    )
  }

  /** Bytes. @see virDomainMigrateGetCompressionCache (299) */
  async migrateGetCompressionCache(options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, flags: 0 }
    return Number((await this.connection.call('domainMigrateGetCompressionCache', args, options)).cacheSize)
  }

  /** @see virDomainMigrateSetCompressionCache (300) */
  async migrateSetCompressionCache(cacheBytes: number, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, cacheSize: cacheBytes, flags: 0 }
    await this.connection.call('domainMigrateSetCompressionCache', args, options)
  }

  /** The guest goes on at the other host at once and fetches its memory as it needs it. @see virDomainMigrateStartPostCopy (364) */
  async migrateStartPostCopy(options?: CallOptions): Promise<void> {
    await this.connection.call('domainMigrateStartPostCopy', { dom: this.ref, flags: 0 }, options)
  }
}
