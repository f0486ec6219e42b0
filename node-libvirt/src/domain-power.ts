import { DomainStatus } from './domain-status.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'

/** Power, pauses, and what a keyboard or the host can do to a guest. */
export abstract class DomainPower extends DomainStatus {
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

  /**
   * Asks the guest, by its agent, to sleep; 'pmsuspend' events tell when it does.
   * @param target to memory, to disk, or both @param durationS 0: until it is woken
   * @throws LibvirtError 'agent-unresponsive' without an agent @see virDomainPMSuspendForDuration (261)
   */
  async pmSuspendForDuration(
    target: keyof typeof enums.nodeSuspendTarget,
    durationS = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, target: enums.nodeSuspendTarget[target], duration: durationS, flags: 0 }
    await this.connection.call('domainPmSuspendForDuration', args, options)
  }

  /** Wakes a guest that sleeps in memory. @see virDomainPMWakeup (267) */
  async pmWakeup(options?: CallOptions): Promise<void> {
    await this.connection.call('domainPmWakeup', { dom: this.ref, flags: 0 }, options)
  }

  /** Sends the guest a non-maskable interrupt, at which many systems write a crash dump. @see virDomainInjectNMI (210) */
  async injectNMI(options?: CallOptions): Promise<void> {
    await this.connection.call('domainInjectNmi', { dom: this.ref, flags: 0 }, options)
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

  /**
   * Signals a process in the guest; only container drivers can. @param pid as the guest numbers it
   * @throws LibvirtError 'no-support' on hypervisors @see virDomainSendProcessSignal (295)
   */
  async sendProcessSignal(
    pid: number,
    signal: keyof typeof enums.domainProcessSignal,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, pid_value: pid, signum: enums.domainProcessSignal[signal], flags: 0 }
    await this.connection.call('domainSendProcessSignal', args, options)
  }

  /**
   * What happens when the guest powers off, reboots or crashes.
   * @param affects the running guest, the stored definition, or both @see virDomainSetLifecycleAction (390)
   */
  async setLifecycleAction(
    type: keyof typeof enums.domainLifecycle,
    action: keyof typeof enums.domainLifecycleAction,
    affects?: Flags<typeof enums.domainModificationImpact>,
    options?: CallOptions,
  ): Promise<void> {
    const args = {
      dom: this.ref,
      type: enums.domainLifecycle[type],
      action: enums.domainLifecycleAction[action],
      flags: flagBits(enums.domainModificationImpact, affects),
    }
    await this.connection.call('domainSetLifecycleAction', args, options)
  }
}
