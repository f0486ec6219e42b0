import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { chownSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { openConnection, type Connection, type Domain } from 'node-libvirt'
import { StoragePoolXml, StorageVolumeXml } from 'node-libvirt/xml'

import { startDaemon, type RealDaemon } from '../../../../node-libvirt/testing/real-daemon.ts'
import { EngineProcess } from './engine-process.ts'
import { FaultySocket } from './faulty-socket.ts'

const run = promisify(execFile)
export const hostId = 'local-session'

/** A machine that is off, with a disk whose first bytes are a letter. */
export interface Subject {
  readonly name: string
  readonly uuid: string
  readonly diskPath: string
}

/** A daemon, a socket in front of it that can go wrong, and an engine that can be killed. */
export class TrialPlace {
  #libvirt: Connection
  #engine: EngineProcess | null = null

  private constructor(
    readonly daemon: RealDaemon,
    readonly socket: FaultySocket,
    private readonly base: string,
    readonly poolPath: string,
    readonly poolUuid: string,
    libvirt: Connection,
  ) {
    this.#libvirt = libvirt
  }

  static async make(): Promise<TrialPlace> {
    const daemon = await startDaemon()
    const socket = await FaultySocket.listen(join(daemon.baseFolder, 'faulty'), daemon.socketPath)
    const libvirt = await openConnection(daemon.uri('qemu:///session'))
    const base = await mkdtemp(join(tmpdir(), 'trial-'))
    const poolPath = join(daemon.dataFolder, 'pool')
    await mkdir(poolPath)
    await chmod(poolPath, 0o755)
    chownSync(poolPath, daemon.user.userId, daemon.user.groupId)
    const xml = StoragePoolXml.create({ type: 'dir', name: 'pool', target: { path: poolPath } }).toString()
    const pool = await libvirt.storagePoolDefineXML(xml)
    await pool.create()
    return new TrialPlace(daemon, socket, base, poolPath, pool.uuid, libvirt)
  }

  /** Beside the engine, straight to the daemon. */
  get libvirt(): Connection {
    return this.#libvirt
  }

  /** The engine that runs, or a new one on what the last one left. */
  async engine(): Promise<EngineProcess> {
    if (this.#engine?.isAlive === true) return this.#engine
    const uri = `qemu+unix:///session?socket=${this.socket.path}`
    this.#engine = await EngineProcess.start([uri, this.base, this.daemon.baseFolder], this.daemon.env)
    return this.#engine
  }

  async killEngine(): Promise<void> {
    await this.#engine?.kill()
  }

  async killDaemon(): Promise<void> {
    await this.daemon.kill()
    await this.#libvirt.close()
  }

  /** Starts what was killed, and waits until nothing is under way any more. */
  async settle(): Promise<EngineProcess> {
    await this.daemon.start()
    const answers = await this.#libvirt.listAllDomains().then(
      () => true,
      () => false,
    )
    if (!answers) this.#libvirt = await openConnection(this.daemon.uri('qemu:///session'))
    const engine = await this.engine()
    await engine.ask('until-connected')
    await engine.ask('until-settled')
    return engine
  }

  /** @param letter what the guest is taken to have written */
  async makeSubject(stem: string, letter: string): Promise<Subject> {
    const uuid = randomUUID()
    const name = `${stem}-${uuid.slice(0, 8)}`
    const pool = await this.#libvirt.storagePoolLookupByUUID(this.poolUuid)
    const volume = StorageVolumeXml.create({
      name: `${name}.qcow2`,
      capacityBytes: 16 * 1024 ** 2,
      target: { format: 'qcow2' },
    })
    const diskPath = await (await pool.storageVolCreateXML(volume.toString())).getPath()
    await stamp(diskPath, letter)
    await this.#libvirt.domainDefineXML(
      `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
        <os><type arch='x86_64' machine='q35'>hvm</type></os>
        <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${diskPath}'/><target dev='vda' bus='virtio'/></disk></devices>
      </domain>`,
    )
    return { name, uuid, diskPath }
  }

  async find(uuid: string): Promise<Domain | null> {
    return (await this.#libvirt.listAllDomains()).find((domain) => domain.uuid === uuid) ?? null
  }

  /** Files in the pool's folder whose names begin so. */
  async files(stem: string): Promise<string[]> {
    return (await readdir(this.poolPath)).filter((file) => file.startsWith(stem))
  }

  /** What jobs have left to be taken back. */
  async journals(): Promise<string[]> {
    return readdir(join(this.base, 'data/journal')).catch(() => [])
  }

  async stop(): Promise<void> {
    await this.#engine?.kill()
    for (const domain of await this.#libvirt.listAllDomains(['active'])) await domain.destroy()
    await this.#libvirt.close()
    await this.socket.close()
    await this.daemon.stop()
    await rm(this.base, { recursive: true, force: true })
  }
}

const stampedBytes = '64k'
const pattern = (letter: string) => `0x${letter.charCodeAt(0).toString(16)}`

export async function stamp(path: string, letter: string): Promise<void> {
  await run('qemu-io', ['-f', 'qcow2', '-c', `write -P ${pattern(letter)} 0 ${stampedBytes}`, path])
}

/** Whether the disk begins with this letter; also while a guest has it open. */
export async function holds(path: string, letter: string): Promise<boolean> {
  const read = ['-U', '-r', '-f', 'qcow2', '-c', `read -P ${pattern(letter)} 0 ${stampedBytes}`, path]
  try {
    await run('qemu-io', read)
    return true
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (said.includes('verification failed')) return false
    throw error
  }
}

/** Whether a point inside the image holds this letter. */
export async function pointHolds(path: string, point: string, letter: string): Promise<boolean> {
  const copy = `${path}.read`
  try {
    await run('cp', [path, copy])
    await run('qemu-img', ['snapshot', '-q', '-a', point, copy])
    return await holds(copy, letter)
  } finally {
    await rm(copy, { force: true })
  }
}

export async function pointsIn(path: string): Promise<string[]> {
  const { stdout } = await run('qemu-img', ['info', '-U', '--output=json', path])
  const { snapshots = [] } = JSON.parse(stdout) as { snapshots?: { name: string }[] }
  return snapshots.map(({ name }) => name)
}
