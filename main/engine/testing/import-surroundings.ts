import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Job } from '@strata/contract/jobs.ts'
import { unkeyed } from '@strata/contract/words/said.ts'
import { StoragePoolXml } from 'node-libvirt/xml'
import { pino } from 'pino'
import { expect, vi } from 'vitest'

import { identifier, undoHandlers } from '../create/undo-handlers.ts'
import { FileUsers } from '../disk-images/file-users.ts'
import type { EngineFolders } from '../engine-parts.ts'
import { noPorts } from '../hosts/place/host-ports.ts'
import { HostRegistry } from '../hosts/host-registry.ts'
import { Host } from '../hosts/host.ts'
import type { JobControl } from '../jobs/job-control.ts'
import { JobRunner } from '../jobs/job-runner.ts'
import { qemuImg } from './patterned-disk.ts'
import { sharedKvmTrial } from './shared-kvm-trial.ts'
import { hostId, type TestEngine } from './test-engine.ts'

/** How a job went: what it said on the way, and what its work gave. */
export interface EndedWork {
  readonly job: Job
  readonly progress: readonly number[]
  readonly value: unknown
}

/** A pool to import into, and jobs that do nothing but one step of an import. */
export interface ImportSurroundings {
  readonly host: Host
  /** The same daemon, as a host whose files are not those of this computer. */
  readonly far: Host
  readonly jobs: JobRunner
  readonly pool: { readonly uuid: string; readonly path: string }
  readonly parts: {
    readonly folders: EngineFolders
    readonly hosts: HostRegistry
    readonly fileUsers: FileUsers
  }
  /** A file outside of the pool. */
  at(name: string): string
  ended(work: (job: JobControl) => Promise<unknown>): Promise<EndedWork>
  whenEnded(jobId: string): Promise<Job>
  /** Everything that a run could leave behind. */
  left(): Promise<{ pool: string[]; cache: string[]; journals: string[] }>
  /** One more pool, known to both hosts. */
  makePool(name: string, path: string): Promise<string>
  emptyPool(): Promise<void>
  /** The guest's view of both, byte by byte. */
  expectSame(path: string, expected: Buffer): Promise<void>
  close(): Promise<void>
}

export const nothingLeft = { pool: [], cache: [], journals: [] }

export async function importSurroundings(test: TestEngine): Promise<ImportSurroundings> {
  const uri = test.daemon.uri('qemu:///session')
  const log = pino({ level: 'silent' })
  const inData = (name: string) => join(test.daemon.dataFolder, name)
  const options = { log, kvmTrial: sharedKvmTrial() }
  const host = new Host({ id: hostId, label: 'here', uri, autospawn: false }, options)
  const far = new Host({ id: 'far', label: 'there', uri, autospawn: false }, { ...options, ports: noPorts })
  const hosts = new HostRegistry([host, far])
  for (const each of hosts.all()) each.start()
  await Promise.all(hosts.all().map((each) => each.whenConnected()))
  const fileUsers = new FileUsers(hosts)
  const jobs = new JobRunner({
    journalDir: inData('journal'),
    undoHandlers: undoHandlers(hosts, fileUsers, inData('own')),
    identify: identifier(hosts),
    knowsHost: () => true,
    whenHostReady: (id, signal) => hosts.get(id).whenConnected(signal),
    log,
  })
  const [folder, poolPath] = [await test.folder('from'), await test.folder('pool')]
  const folders = { configDir: inData('config'), dataDir: inData('own'), cacheDir: inData('cache'), homeDir: folder }

  const makePool = async (name: string, path: string) => {
    const pool = await test.libvirt.storagePoolDefineXML(
      StoragePoolXml.create({ type: 'dir', name, target: { path } }).toString(),
    )
    await pool.create()
    const states = () => hosts.all().map((each) => each.inventory.pool(pool.uuid)?.state)
    await vi.waitFor(() => expect(states()).toEqual(['running', 'running']), { timeout: 20_000 })
    return pool.uuid
  }
  const whenEnded = (jobId: string) =>
    vi.waitUntil(() => jobs.list().find((each) => each.jobId === jobId && each.endedAtMs !== null), {
      timeout: 100_000,
    })
  const poolUuid = await makePool('pool', poolPath)

  return {
    host,
    far,
    jobs,
    pool: { uuid: poolUuid, path: poolPath },
    parts: { folders, hosts, fileUsers },
    at: (name) => join(folder, name),
    whenEnded,
    makePool,
    async ended(work) {
      const progress: number[] = []
      let value: unknown
      const { jobId } = jobs.start({ kind: 'import', title: unkeyed('Import'), steps: [] }, async (job) => {
        const heard: JobControl = {
          ...job,
          progress: (done, total) => (progress.push(done), job.progress(done, total)),
        }
        value = await work(heard)
      })
      return { job: await whenEnded(jobId), progress, value }
    },
    left: async () => ({
      pool: (await readdir(poolPath)).sort(),
      cache: await readdir(join(folders.cacheDir, 'imports')).catch(() => []),
      journals: await readdir(inData('journal')).catch(() => []),
    }),
    async emptyPool() {
      const pool = await test.libvirt.storagePoolLookupByUUID(poolUuid)
      await pool.refresh()
      for (const volume of await pool.listAllVolumes()) await volume.delete()
    },
    async expectSame(path, expected) {
      const raw = join(folder, 'expected.raw')
      await writeFile(raw, expected)
      await qemuImg('compare', '-f', 'raw', '-F', 'qcow2', raw, path)
    },
    async close() {
      await jobs.close()
      await Promise.all([host.close(), far.close()])
    },
  }
}
