import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'

import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '@strata/contract/index.ts'
import { typedArraySerializers } from '@strata/contract/typed-arrays.ts'
import { vi } from 'vitest'
import { WebSocket } from 'ws'

export type Client = ContractRouterClient<typeof contract>

/** A program that was started by a command with `--no-window --address-file`, and signed in to as a window would. */
export class InstalledApp {
  private constructor(
    readonly client: Client,
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly socket: WebSocket,
  ) {}

  static async start(command: readonly string[], env: NodeJS.ProcessEnv, addressFile: string): Promise<InstalledApp> {
    const [program = '', ...args] = command
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()))
    await vi.waitUntil(() => existsSync(addressFile) || child.exitCode !== null, { timeout: 60_000 })
    if (child.exitCode !== null) throw new Error(`It ended, and said:\n${said}`)
    const { url, loginToken } = JSON.parse(readFileSync(addressFile, 'utf8')) as { url: string; loginToken: string }
    const signedIn = await fetch(`${url}/login`, {
      method: 'POST',
      headers: { Origin: url },
      body: new URLSearchParams({ token: loginToken }),
    })
    const secret = (await signedIn.text()).trim()
    const protocols = ['strata', `strata-session.${secret}`]
    const socket = new WebSocket(`${url.replace('http', 'ws')}/rpc`, protocols, { origin: url })
    await once(socket, 'open')
    const link = new RPCLink({
      // The library is written for the browser's class, which this one follows.
      websocket: socket as unknown as globalThis.WebSocket,
      customJsonSerializers: [...typedArraySerializers],
    })
    return new InstalledApp(createORPCClient(link), url, child, socket)
  }

  async connected(hostId: string): Promise<void> {
    for await (const message of await this.client.hosts.watchInventory()) {
      const hosts = message.type === 'snapshot' ? message.hosts : message.hosts.changed
      const status = hosts.find((host) => host.id === hostId)?.status
      if (status?.state === 'connected') return
      if (status?.state === 'unreachable') throw new Error(`The host is away: ${status.problem.said.english}`)
    }
  }

  /** Waits until a job has ended. @throws Error when it failed */
  async ended(jobId: string): Promise<void> {
    for await (const message of await this.client.jobs.watch()) {
      const jobs = message.type === 'snapshot' ? message.jobs : message.changed
      const job = jobs.find((each) => each.jobId === jobId)
      if (job === undefined || job.state === 'running' || job.state === 'cancelling') continue
      if (job.state === 'done') return
      throw new Error(`The job ended as ${job.state}: ${job.problem?.said.english} ${job.problem?.detail}`)
    }
  }

  /** Ends it as its user would, with Ctrl+C. @returns the exit code */
  async stop(): Promise<number | null> {
    this.socket.close()
    const exited = once(this.child, 'exit')
    this.child.kill('SIGINT')
    const [code] = (await exited) as [number | null]
    return code
  }
}
