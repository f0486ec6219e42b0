import { expect } from '@playwright/test'

import type { Virsh } from '../daemon/virsh.ts'

/** Emulated, and on a machine that has other work: a boot takes seconds when nothing else runs. */
const BOOT_TIMEOUT_MS = 120_000
const SCREEN_INTERVALS_MS = [500, 1_000]

interface ExecStatus {
  readonly exited: boolean
  readonly exitcode?: number
  readonly 'out-data'?: string
  readonly 'err-data'?: string
}

/** The system that runs in a machine: what its screen shows, and what it answers, as libvirt tells it. */
export class Guest {
  constructor(
    readonly virsh: Virsh,
    readonly machine: string,
  ) {}

  /** Waits until the text screen holds `text`, such as what a typed command printed. */
  async shows(text: string | RegExp, timeoutMs = BOOT_TIMEOUT_MS): Promise<void> {
    const screen = () => this.virsh.screenTextOf(this.machine).then((shown) => shown ?? 'a graphical screen')
    const waiting = expect.poll(screen, { timeout: timeoutMs, intervals: SCREEN_INTERVALS_MS })
    await (typeof text === 'string' ? waiting.toContain(text) : waiting.toMatch(text))
  }

  /** Waits until the shell waits for a command. */
  hasBooted(): Promise<void> {
    return this.shows(/guest:\S*# *$/)
  }

  /** Runs a command line inside, through the agent, and gives what it printed. */
  async run(line: string): Promise<string> {
    const started = await this.#ask<{ pid: number }>('guest-exec', {
      path: '/bin/sh',
      arg: ['-c', line],
      'capture-output': true,
    })
    let status: ExecStatus = { exited: false }
    await expect
      .poll(async () => (status = await this.#ask<ExecStatus>('guest-exec-status', { pid: started.pid })).exited)
      .toBe(true)
    const text = (data: string | undefined) => Buffer.from(data ?? '', 'base64').toString()
    if (status.exitcode !== 0) throw new Error(`${line}: exit ${status.exitcode}: ${text(status['err-data'])}`)
    return text(status['out-data']).trimEnd()
  }

  /** Waits until the agent answers. */
  async hasAgent(): Promise<void> {
    const ping = () =>
      this.#ask('guest-ping', {}).then(
        () => true,
        () => false,
      ) // no agent yet
    await expect.poll(ping, { timeout: BOOT_TIMEOUT_MS, intervals: SCREEN_INTERVALS_MS }).toBe(true)
  }

  async #ask<Answer>(execute: string, args: object): Promise<Answer> {
    const answer = await this.virsh.run(
      'qemu-agent-command',
      this.machine,
      JSON.stringify({ execute, arguments: args }),
    )
    return (JSON.parse(answer) as { return: Answer }).return
  }
}
