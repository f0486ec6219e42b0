import { randomUUID } from 'node:crypto'
import { access, chmod, mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { chownSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openConnection, type Connection, type Domain } from 'node-libvirt'
import { DomainXml, StoragePoolXml, StorageVolumeXml } from 'node-libvirt/xml'

import { startDaemon, type RealDaemon } from '../../../../node-libvirt/testing/real-daemon.ts'
import { giveToTestUser } from '../../../../node-libvirt/testing/test-user.ts'
import { EngineProcess } from './engine-process.ts'
import { FaultySocket } from './faulty-socket.ts'
import { SmallRoom } from './small-room.ts'
import { stamp } from './trial-images.ts'

export const hostId = 'local-session'

/** A machine with disks whose first bytes are a letter. */
export interface Subject {
  readonly name: string
  readonly uuid: string
  readonly diskPath: string
  /** Its disks besides the first. */
  readonly moreDiskPaths: readonly string[]
}

export interface SubjectOptions {
  readonly diskCount?: number
  /** Further elements of its definition's `os`, and its attributes. */
  readonly firmware?: 'bios' | 'uefi'
}

/** What a UEFI machine's variables end with, to be known again. */
const variablesMark = Buffer.from('the variables of the trial')

/** A daemon, a socket in front of it that can go wrong, engines that can be killed, and file systems that can be full. */
export class TrialPlace {
  #libvirt: Connection
  #engine: EngineProcess | null = null
  #second: EngineProcess | null = null

  private constructor(
    readonly daemon: RealDaemon,
    readonly socket: FaultySocket,
    private readonly base: string,
    /** Where files lie that are not in the pool. */
    readonly mine: string,
    readonly poolPath: string,
    readonly poolUuid: string,
    /** The pool's and the data folder's; null: this user cannot make them. */
    readonly rooms: { readonly pool: SmallRoom; readonly data: SmallRoom } | null,
    libvirt: Connection,
  ) {
    this.#libvirt = libvirt
  }

  static async make(): Promise<TrialPlace> {
    const daemon = await startDaemon()
    const socket = await FaultySocket.listen(join(daemon.baseFolder, 'faulty'), daemon.socketPath)
    const libvirt = await openConnection(daemon.uri('qemu:///session'))
    const base = await mkdtemp(join(tmpdir(), 'trial-'))
    const dataDir = join(base, 'data')
    await mkdir(dataDir)
    const folder = async (name: string) => {
      const path = join(daemon.dataFolder, name)
      await mkdir(path)
      await chmod(path, 0o755)
      chownSync(path, daemon.user.userId, daemon.user.groupId)
      return path
    }
    const [poolPath, mine] = [await folder('pool'), await folder('mine')]
    const root = { userId: 0, groupId: 0 }
    const rooms = SmallRoom.isPossible
      ? { pool: await SmallRoom.make(poolPath, 96, daemon.user), data: await SmallRoom.make(dataDir, 2, root) }
      : null
    const xml = StoragePoolXml.create({ type: 'dir', name: 'pool', target: { path: poolPath } }).toString()
    const pool = await libvirt.storagePoolDefineXML(xml)
    await pool.create()
    return new TrialPlace(daemon, socket, base, mine, poolPath, pool.uuid, rooms, libvirt)
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

  /** Another Strata on the same daemon, with data of its own. */
  async second(): Promise<EngineProcess> {
    const args = [this.daemon.uri('qemu:///session'), join(this.base, 'second'), this.daemon.baseFolder]
    this.#second ??= await EngineProcess.start(args, this.daemon.env)
    await this.#second.ask('until-connected')
    return this.#second
  }

  /** All that live. */
  engines(): EngineProcess[] {
    return [this.#engine, this.#second].filter((engine) => engine?.isAlive === true) as EngineProcess[]
  }

  async killEngine(): Promise<void> {
    await this.#engine?.kill()
  }

  async killDaemon(): Promise<void> {
    await this.daemon.kill()
    await this.#libvirt.close()
  }

  /** The guests of this daemon alone: a process is believed to be one only if it names the daemon's folder. */
  async killGuests(): Promise<void> {
    const folder = join(this.daemon.baseFolder, 'run/libvirt/qemu/run')
    for (const file of (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pid'))) {
      const pid = Number(await readFile(join(folder, file), 'utf8').catch(() => '0'))
      const commandLine = pid > 1 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : ''
      if (!commandLine.includes(this.daemon.baseFolder)) continue
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }

  async freeRooms(): Promise<void> {
    await this.rooms?.pool.free()
    await this.rooms?.data.free()
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
    for (const each of this.engines()) {
      await each.ask('until-connected')
      await each.ask('until-settled')
    }
    return engine
  }

  /** @param letter what the guest is taken to have written */
  async makeSubject(stem: string, letter: string, options: SubjectOptions = {}): Promise<Subject> {
    const uuid = randomUUID()
    const name = `${stem}-${uuid.slice(0, 8)}`
    const endings = ['', '-2', '-3'].slice(0, options.diskCount ?? 1)
    const paths = []
    for (const ending of endings) paths.push(await this.#makeDisk(`${name}${ending}.qcow2`, letter))
    const [diskPath = '', ...moreDiskPaths] = paths
    const disks = paths.map(
      (path, at) =>
        `<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${path}'/><target dev='vd${'abc'.charAt(at)}' bus='virtio'/></disk>`,
    )
    const domain = await this.#libvirt.domainDefineXML(
      `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
        <os${options.firmware === 'uefi' ? " firmware='efi'" : ''}><type arch='x86_64' machine='q35'>hvm</type></os>
        <features><acpi/></features>
        <devices>${disks.join('')}</devices>
      </domain>`,
    )
    if (options.firmware === 'uefi') await this.#makeVariables(domain)
    return { name, uuid, diskPath, moreDiskPaths }
  }

  /** They are made by the first start, where libvirt puts them. */
  async #makeVariables(domain: Domain): Promise<void> {
    await domain.create()
    const path = DomainXml.parse(await domain.getXMLDesc()).os.nvram.path ?? ''
    await domain.destroy()
    const file = await open(path, 'r+')
    try {
      await file.write(variablesMark, 0, variablesMark.length, (await file.stat()).size - variablesMark.length)
    } finally {
      await file.close()
    }
  }

  /** The files of firmware variables that still are those of a subject. */
  async variables(): Promise<string[]> {
    const folder = join(this.daemon.baseFolder, 'config/libvirt/qemu/nvram')
    const paths = (await readdir(folder).catch(() => [])).map((name) => join(folder, name))
    const marked = await Promise.all(paths.map(async (path) => (await readFile(path)).includes(variablesMark)))
    return paths.filter((_path, at) => marked[at] === true)
  }

  /** Where a UEFI machine looks for its variables: named, or by libvirt's own rule. */
  async variablesOf({ uuid }: Subject): Promise<string> {
    const domain = await this.#libvirt.domainLookupByUUID(uuid)
    const named = DomainXml.parse(await domain.getXMLDesc(['inactive'])).os.nvram.path
    return named ?? join(this.daemon.baseFolder, 'config/libvirt/qemu/nvram', `${domain.name}_VARS.fd`)
  }

  async #makeDisk(name: string, letter: string): Promise<string> {
    const pool = await this.#libvirt.storagePoolLookupByUUID(this.poolUuid)
    const volume = StorageVolumeXml.create({ name, capacityBytes: 16 * 1024 ** 2, target: { format: 'qcow2' } })
    const path = await (await pool.storageVolCreateXML(volume.toString())).getPath()
    await stamp(path, letter)
    return path
  }

  /** An image outside of the pool, as one that was downloaded. */
  async makeImage(letter: string): Promise<string> {
    const name = `image-${randomUUID().slice(0, 8)}.qcow2`
    const pooled = await this.#makeDisk(name, letter)
    const path = join(this.mine, name)
    const bytes = await readFile(pooled)
    const file = await open(path, 'wx')
    await file.writeFile(bytes)
    await file.close()
    giveToTestUser(this.daemon.user, path)
    await (await this.#libvirt.storageVolLookupByPath(pooled)).delete()
    return path
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

  /** Takes away what a trial left, so that the next one begins on nothing. */
  async clear(): Promise<void> {
    for (const domain of await this.#libvirt.listAllDomains()) {
      if (await domain.isActive()) await domain.destroy().catch(() => undefined) // one that just stopped is stopped
      if (!(await domain.isPersistent().catch(() => false))) continue
      await domain.undefineFlags(['snapshots-metadata', 'managed-save', 'nvram'])
    }
    for (const data of ['data', 'second/data'])
      await rm(join(this.base, data, 'trash'), { recursive: true, force: true })
    for (const folder of [this.poolPath, this.mine, join(this.daemon.baseFolder, 'config/libvirt/qemu/nvram')])
      for (const file of await readdir(folder).catch(() => [])) await rm(join(folder, file), { force: true })
    await (await this.#libvirt.storagePoolLookupByUUID(this.poolUuid)).refresh()
  }

  async stop(): Promise<void> {
    await this.#engine?.kill()
    await this.#second?.kill()
    for (const domain of await this.#libvirt.listAllDomains(['active'])) await domain.destroy()
    await this.#libvirt.close()
    await this.socket.close()
    await this.rooms?.pool.unmount()
    await this.rooms?.data.unmount()
    await this.daemon.stop()
    await rm(this.base, { recursive: true, force: true })
  }
}

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
