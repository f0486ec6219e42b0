import { DomainGuest } from './domain-guest.ts'
import { jobInfo, type DomainJobInfo, type DomainJobStats } from './domain-job-results.ts'
import { flagBits, nameOf, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { toParams } from './typed-params.ts'

/** The job that holds a domain (save, migration, backup, …), and backups. */
export abstract class DomainJobs extends DomainGuest {
  /** How the job goes on, in the old form; `getJobStats` tells more. @see virDomainGetJobInfo (163) */
  async getJobInfo(options?: CallOptions): Promise<DomainJobInfo> {
    return jobInfo(await this.connection.call('domainGetJobInfo', { dom: this.ref }, options))
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

  /** With 'postcopy' a migration in its second phase stops until it is recovered. @see virDomainAbortJobFlags (442), libvirt 8.5 and later */
  async abortJobFlags(flags: Flags<typeof enums.domainAbortJobFlagsValues>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainAbortJobFlagsValues, flags) }
    await this.connection.call('domainAbortJobFlags', args, options)
  }

  /**
   * Begins a backup: into files ('push'), or served over NBD ('pull') until the job is aborted.
   * @param checkpointXml a checkpoint to make at the same moment @see virDomainBackupBegin (421)
   */
  async backupBegin(
    backupXml: string,
    checkpointXml: string | null = null,
    flags?: Flags<typeof enums.domainBackupBeginFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = {
      dom: this.ref,
      backup_xml: backupXml,
      checkpoint_xml: checkpointXml,
      flags: flagBits(enums.domainBackupBeginFlags, flags),
    }
    await this.connection.call('domainBackupBegin', args, options)
  }

  /** The backup that runs. @throws LibvirtError 'no-domain-backup' when none does @see virDomainBackupGetXMLDesc (422) */
  async backupGetXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.connection.call('domainBackupGetXmlDesc', { dom: this.ref, flags: 0 }, options)).xml
  }

  /** Measures how fast the guest changes its memory; the result is in the statistics group 'dirtyrate'. @see virDomainStartDirtyRateCalc (427) */
  async startDirtyRateCalc(
    seconds: number,
    flags?: Flags<typeof enums.domainDirtyRateCalcFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, seconds, flags: flagBits(enums.domainDirtyRateCalcFlags, flags) }
    await this.connection.call('domainStartDirtyRateCalc', args, options)
  }
}
