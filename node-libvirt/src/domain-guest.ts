import { DomainNetwork } from './domain-network.ts'
import { fileSystemInfo, type DomainFileSystem } from './domain-results.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { toParams, type Params } from './typed-params.ts'

/** What the guest's agent does for us. Without one, all but `qemuMonitorCommand` fail with 'agent-unresponsive'. */
export abstract class DomainGuest extends DomainNetwork {
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

  /** How long commands wait for the agent from now on. @see virDomainAgentSetResponseTimeout (420) */
  async agentSetResponseTimeout(
    timeoutS: number | 'block' | 'default' | 'nowait',
    options?: CallOptions,
  ): Promise<void> {
    const timeout = typeof timeoutS === 'number' ? timeoutS : enums.domainAgentResponseTimeoutValues[timeoutS]
    await this.connection.call('domainAgentSetResponseTimeout', { dom: this.ref, timeout, flags: 0 }, options)
  }

  /**
   * Sends a command (JSON, or text with 'hmp') to QEMU's monitor and gives its answer. libvirt does not know what it
   * changes, and marks the guest as tainted. @see virDomainQemuMonitorCommand (qemu procedure 1)
   */
  async qemuMonitorCommand(
    command: string,
    flags?: Flags<typeof enums.domainQemuMonitorCommandFlags>,
    options?: CallOptions,
  ): Promise<string> {
    const args = { dom: this.ref, cmd: command, flags: flagBits(enums.domainQemuMonitorCommandFlags, flags) }
    return (await this.connection.call('domainMonitorCommand', args, options)).result
  }

  /**
   * What the guest agent tells, by libvirt's names such as 'os.pretty-name' and 'fs.0.used-bytes'. Types that are asked for
   * must be supported; none asks for all that are. @see virDomainGetGuestInfo (418)
   */
  async getGuestInfo(types?: Flags<typeof enums.domainGuestInfoTypes>, options?: CallOptions): Promise<Params> {
    const args = { dom: this.ref, types: flagBits(enums.domainGuestInfoTypes, types), flags: 0 }
    return toParams((await this.connection.call('domainGetGuestInfo', args, options)).params)
  }

  /** What is mounted in the guest. @see virDomainGetFSInfo (349) */
  async getFSInfo(options?: CallOptions): Promise<DomainFileSystem[]> {
    const { info } = await this.connection.call('domainGetFsinfo', { dom: this.ref, flags: 0 }, options)
    return info.map(fileSystemInfo)
  }

  /** Holds writes back, for a backup. @param mountPoints none for all @returns how many are frozen @see virDomainFSFreeze (335) */
  async fsFreeze(mountPoints: readonly string[] = [], options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, mountpoints: [...mountPoints], flags: 0 }
    return (await this.connection.call('domainFsfreeze', args, options)).filesystems
  }

  /** @param mountPoints none for all @returns how many have been thawed @see virDomainFSThaw (336) */
  async fsThaw(mountPoints: readonly string[] = [], options?: CallOptions): Promise<number> {
    const args = { dom: this.ref, mountpoints: [...mountPoints], flags: 0 }
    return (await this.connection.call('domainFsthaw', args, options)).filesystems
  }

  /** Gives unused blocks back. @param minimumBytes smaller free runs may stay @see virDomainFSTrim (294) */
  async fsTrim(minimumBytes = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, mountPoint: null, minimum: minimumBytes, flags: 0 }
    await this.connection.call('domainFstrim', args, options)
  }

  /** The guest's clock in ms since 1970, to the ms. @see virDomainGetTime (337) */
  async getTime(options?: CallOptions): Promise<number> {
    const { seconds, nseconds } = await this.connection.call('domainGetTime', { dom: this.ref, flags: 0 }, options)
    return Number(seconds) * 1_000 + Math.floor(nseconds / 1_000_000)
  }

  /** @param timeMs since 1970; 'rtc' sets it from the guest's real-time clock @see virDomainSetTime (338) */
  async setTime(timeMs: number | 'rtc', options?: CallOptions): Promise<void> {
    const time = timeMs === 'rtc' ? 0 : timeMs
    const seconds = Math.floor(time / 1_000)
    const nseconds = Math.round((time - seconds * 1_000) * 1_000_000)
    const flags = timeMs === 'rtc' ? enums.domainSetTimeFlags.sync : 0
    await this.connection.call('domainSetTime', { dom: this.ref, seconds, nseconds, flags }, options)
  }

  /** @param flags 'encrypted': the password is a crypt(3) hash @see virDomainSetUserPassword (357) */
  async setUserPassword(
    user: string,
    password: string,
    flags?: Flags<typeof enums.domainSetUserPasswordFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, user, password, flags: flagBits(enums.domainSetUserPasswordFlags, flags) }
    await this.connection.call('domainSetUserPassword', args, options)
  }

  /** The lines of a user's authorized_keys. @see virDomainAuthorizedSSHKeysGet (424) */
  async authorizedSSHKeysGet(user: string, options?: CallOptions): Promise<string[]> {
    return (await this.connection.call('domainAuthorizedSshKeysGet', { dom: this.ref, user, flags: 0 }, options)).keys
  }

  /** Replaces them, or with a flag adds or removes some. @see virDomainAuthorizedSSHKeysSet (425) */
  async authorizedSSHKeysSet(
    user: string,
    keys: readonly string[],
    flags?: Flags<typeof enums.domainAuthorizedSshKeysSetFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const flagArgs = { flags: flagBits(enums.domainAuthorizedSshKeysSetFlags, flags) }
    await this.connection.call(
      'domainAuthorizedSshKeysSet',
      { dom: this.ref, user, keys: [...keys], ...flagArgs },
      options,
    )
  }
}
