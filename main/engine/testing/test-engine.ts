import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { chownSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createRouterClient, type RouterClient } from '@orpc/server'
import type { Job } from '@strata/contract/jobs.ts'
import type { Machine } from '@strata/contract/machines.ts'
import type { JobRef } from '@strata/contract/references.ts'
import type { Pool } from '@strata/contract/storage.ts'
import { openConnection, type Connection, type Domain } from 'node-libvirt'
import { pino } from 'pino'
import { vi } from 'vitest'

import { startDaemon, type RealDaemon } from '../../../node-libvirt/testing/real-daemon.ts'
import { createEngine, type Engine, type EngineOptions, type EngineRouter } from '../engine.ts'
import { sharedKvmTrial } from './shared-kvm-trial.ts'

export const hostId = 'local-session'

export interface SecondEngine {
  /** Until a job of this kind has been seen. */
  untilJobStarted(kind: string): Promise<void>
  untilJobsEnded(): Promise<void>
  close(): Promise<void>
}

/** A whole engine on a daemon of its own, spoken to through the contract; libvirt is asked beside it. */
export interface TestEngine {
  readonly engine: Engine
  readonly client: RouterClient<EngineRouter>
  readonly daemon: RealDaemon
  /** Beside the engine: for what it should find, and for what it did. */
  readonly libvirt: Connection
  readonly folders: { readonly cacheDir: string; readonly dataDir: string; readonly homeDir: string }
  /** A new folder that the daemon may use. */
  folder(name: string): Promise<string>
  /** Runs until the job has ended. */
  ended(started: Promise<JobRef> | JobRef): Promise<Job>
  /** Waits until the engine's picture of the host fits. */
  until(fits: (seen: Seen) => boolean): Promise<void>
  /** Kills the daemon, does the work while it is away, starts it, and waits until the engine has it again. */
  restartDaemon(whileAway: () => Promise<void>): Promise<void>
  /** A second engine on the same daemon, with data of its own that is prepared before it starts. */
  another(prepare: (dataDir: string) => Promise<void>): Promise<SecondEngine>
  stop(): Promise<void>
}

interface TestEngineOptions extends Pick<EngineOptions, 'imageCatalogue'> {
  /** Gives the daemon that the driver is to be found at. */
  readonly startDaemon?: () => Promise<RealDaemon>
}

export async function startTestEngine(
  driverUri = 'qemu:///session',
  { startDaemon: start = startDaemon, ...options }: TestEngineOptions = {},
): Promise<TestEngine> {
  const daemon = await start()
  // The engine of a desktop shares its user's folders with the session daemon.
  for (const [name, value] of Object.entries(daemon.env)) if (name.startsWith('XDG_')) vi.stubEnv(name, value)
  const base = await mkdtemp(join(tmpdir(), 'engine-'))
  const dirs = {
    configDir: join(base, 'config'),
    dataDir: join(base, 'data'),
    cacheDir: join(base, 'cache'),
    homeDir: daemon.baseFolder,
  }
  const uri = daemon.uri(driverUri)
  const log = pino({ level: process.env['STRATA_TEST_LOG'] ?? 'silent' })
  const kind = driverUri.startsWith('test') ? 'test' : driverUri.endsWith('/system') ? 'system' : 'session'
  const host = { id: hostId, label: 'This computer', uri, kind, autospawn: false } as const
  const kvmTrial = sharedKvmTrial()
  const engine = await createEngine({ ...options, ...dirs, log, kvmTrial, hosts: [host] })
  const client = createRouterClient(engine.router)
  let libvirt = await openConnection(uri)
  await untilConnected(client)
  return {
    engine,
    client,
    daemon,
    get libvirt() {
      return libvirt
    },
    folders: dirs,
    folder: (name) => ownFolder(daemon, name),
    ended: async (started) => endOf(client, await started),
    until: (fits) => untilSeen(client, fits),
    async restartDaemon(whileAway) {
      await daemon.kill()
      await libvirt.close()
      await whileAway()
      await daemon.start()
      libvirt = await openConnection(uri)
      await client.hosts.reconnect({ hostId })
    },
    async another(prepare) {
      const dataDir = join(base, randomUUID())
      await prepare(dataDir)
      const second = await createEngine({ ...dirs, dataDir, log, kvmTrial, hosts: [host] })
      const secondClient = createRouterClient(second.router)
      return {
        untilJobStarted: (wanted) => untilJobs(secondClient, (jobs) => jobs.some((job) => job.kind === wanted)),
        untilJobsEnded: () => untilJobs(secondClient, (jobs) => jobs.every(({ endedAtMs }) => endedAtMs !== null)),
        close: () => second.close(),
      }
    },
    async stop() {
      await engine.close()
      await destroyAll(libvirt)
      await libvirt.close()
      await daemon.stop()
      await rm(base, { recursive: true, force: true, maxRetries: 5 })
      vi.unstubAllEnvs()
    },
  }
}

async function ownFolder(daemon: RealDaemon, name: string): Promise<string> {
  const path = join(daemon.dataFolder, name)
  await mkdir(path, { recursive: true })
  await chmod(path, 0o755)
  chownSync(path, daemon.user.userId, daemon.user.groupId)
  return path
}

async function untilConnected(client: RouterClient<EngineRouter>): Promise<void> {
  for await (const message of await client.hosts.watchInventory()) {
    const hosts = message.type === 'snapshot' ? message.hosts : message.hosts.changed
    if (hosts.some(({ status }) => status.state === 'connected')) return
  }
}

async function endOf(client: RouterClient<EngineRouter>, { jobId }: JobRef): Promise<Job> {
  for await (const message of await client.jobs.watch()) {
    const job = (message.type === 'snapshot' ? message.jobs : message.changed).find((each) => each.jobId === jobId)
    if (job !== undefined && job.endedAtMs !== null) return job
  }
  throw new Error('the jobs ended before the job did')
}

async function untilJobs(client: RouterClient<EngineRouter>, fit: (jobs: readonly Job[]) => boolean): Promise<void> {
  const jobs = new Map<string, Job>()
  for await (const message of await client.jobs.watch()) {
    for (const job of message.type === 'snapshot' ? message.jobs : message.changed) jobs.set(job.jobId, job)
    if (fit([...jobs.values()])) return
  }
}

/** What the inventory stream has told, by uuid. */
export interface Seen {
  readonly machines: ReadonlyMap<string, Machine>
  readonly pools: ReadonlyMap<string, Pool>
}

async function untilSeen(client: RouterClient<EngineRouter>, fits: (seen: Seen) => boolean): Promise<void> {
  const seen = { machines: new Map<string, Machine>(), pools: new Map<string, Pool>() }
  for await (const message of await client.hosts.watchInventory()) {
    const isPatch = message.type === 'patch'
    for (const machine of isPatch ? message.machines.changed : message.machines)
      seen.machines.set(machine.uuid, machine)
    for (const pool of isPatch ? message.pools.changed : message.pools) seen.pools.set(pool.uuid, pool)
    if (isPatch) for (const { uuid } of message.machines.removed) seen.machines.delete(uuid)
    if (isPatch) for (const { uuid } of message.pools.removed) seen.pools.delete(uuid)
    if (fits(seen)) return
  }
}

async function destroyAll(libvirt: Connection): Promise<void> {
  const active = (await libvirt.listAllDomains()).filter((domain: Domain) => domain.id !== null)
  await Promise.all(active.map((domain) => domain.destroy().catch(() => undefined))) // one that just stopped is stopped
}
