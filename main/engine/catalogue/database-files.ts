import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { inParallel } from '../hosts/in-parallel.ts'
import { systemCodeOf } from '../strata-error.ts'

/** Hand-written entries are some 20 KB; a longer file would hold the engine's loop up. */
const mostFileBytes = 256 * 1024
const mostFiles = 5000
const statsAtOnce = 16

export interface DatabaseFile {
  readonly path: string
  readonly sizeBytes: number
  readonly changedAtMs: number
}

export interface DatabaseFiles {
  /** Folders that are there. */
  readonly folders: readonly string[]
  /** In the order in which they are to be read: an entry before what adds to it. */
  readonly files: readonly DatabaseFile[]
  readonly tooLarge: readonly string[]
  /** Changes when any file does. */
  readonly fingerprint: string
}

/**
 * Where osinfo's database may be, each overriding those before it, as libosinfo has it (osinfo_loader.c): the system's,
 * the administrator's, the user's.
 */
export function databaseFolders(environment: NodeJS.ProcessEnv, homeDir: string): string[] {
  const variable = (name: string) => environment[name] || null
  const system = variable('OSINFO_SYSTEM_DIR') ?? variable('OSINFO_DATA_DIR')
  return [
    ...(system === null ? ['/usr/share/osinfo', '/usr/local/share/osinfo'] : [system]),
    variable('OSINFO_LOCAL_DIR') ?? '/etc/osinfo',
    join(variable('XDG_DATA_HOME') ?? join(homeDir, '.local/share'), 'osinfo'),
    variable('OSINFO_USER_DIR') ?? join(variable('XDG_CONFIG_HOME') ?? join(homeDir, '.config'), 'osinfo'),
  ]
}

/** An entry, and files in a folder of its name with '.d' behind it, which add to the entry. */
interface Entry {
  readonly main: string | null
  readonly additions: readonly string[]
}

/** Lists what is to be read. Files that are not there, or not for this user, are as if they did not exist. */
export async function findDatabaseFiles(folders: readonly string[]): Promise<DatabaseFiles> {
  const present: string[] = []
  const entries = new Map<string, Entry>()
  for (const folder of folders) {
    const found = await entriesIn(folder)
    if (found.size > 0) present.push(folder)
    for (const [name, entry] of found) {
      const known = entries.get(name)
      // The same entry further on replaces the earlier one whole; additions alone add.
      const replaces = known === undefined || entry.main !== null
      entries.set(name, replaces ? entry : { ...known, additions: [...known.additions, ...entry.additions] })
    }
  }
  const paths = [...entries.values()].flatMap(({ main, additions }) => [...(main === null ? [] : [main]), ...additions])
  const all = (await inParallel(paths.slice(0, mostFiles), statsAtOnce, describe)).flatMap((file) => file ?? [])
  const files = all.filter(({ sizeBytes }) => sizeBytes <= mostFileBytes)
  const tooLarge = all.filter(({ sizeBytes }) => sizeBytes > mostFileBytes).map(({ path }) => path)
  return { folders: present, files, tooLarge, fingerprint: fingerprintOf(all) }
}

/** The entries of one folder by their place in it, as 'os/debian.org/debian-11'. */
async function entriesIn(folder: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  for (const kind of ['os', 'install-script']) {
    for (const vendor of await namesIn(join(folder, kind))) {
      for (const name of await namesIn(join(folder, kind, vendor))) {
        const key = join(kind, vendor, name.replace(/\.(xml|d)$/, ''))
        const path = join(folder, kind, vendor, name)
        const known = entries.get(key) ?? { main: null, additions: [] }
        if (name.endsWith('.xml')) entries.set(key, { ...known, main: path })
        if (name.endsWith('.d')) entries.set(key, { ...known, additions: await additionsIn(path) })
      }
    }
  }
  return entries
}

async function additionsIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter((name) => name.endsWith('.xml')).map((name) => join(folder, name))
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return [] // not there, a file, or not for this user
  }
}

async function describe(path: string): Promise<DatabaseFile | null> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { path, sizeBytes: size, changedAtMs: mtimeMs }
  } catch (error) {
    if (systemCodeOf(error) === null) throw error
    return null // went away meanwhile
  }
}

function fingerprintOf(files: readonly DatabaseFile[]): string {
  const hash = createHash('sha256')
  for (const { path, sizeBytes, changedAtMs } of files) hash.update(`${path}\0${sizeBytes}\0${changedAtMs}\n`)
  return hash.digest('hex')
}
