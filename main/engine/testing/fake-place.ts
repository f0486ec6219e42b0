import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

import type { HostFiles } from '../hosts/place/host-files.ts'
import type { HostLogin, HostPorts } from '../hosts/place/host-ports.ts'
import type { HostPrograms } from '../hosts/place/host-programs.ts'
import { ownFiles } from '../hosts/place/own-files.ts'
import type { ProgramEnd } from '../this-computer/run-program.ts'

/** Another computer as far as the engine can tell: a folder is its root, somebody else is its user, and no path is shared. */
export interface FakePlace extends HostPorts {
  readonly files: HostFiles
  readonly programs: HostPrograms
  readonly login: HostLogin
  /** The words of each program that was run there. */
  readonly ran: readonly (readonly string[])[]
  /** Puts a file there; gives its path in that place. */
  put(path: string, content: string | Uint8Array, mode?: number): Promise<string>
}

export interface FakePlaceOptions {
  readonly login?: Partial<HostLogin>
  /** Programs that are installed there, with what they write. */
  readonly programs?: Readonly<Record<string, string>>
}

const ada: HostLogin = {
  name: 'ada',
  userId: 4_242,
  groupIds: new Set([4_242]),
  homeDir: '/home/ada',
  configDir: '/home/ada/.config',
  dataDir: '/home/ada/.local/share',
}

export function fakePlace(root: string, { login, programs = {} }: FakePlaceOptions = {}): FakePlace {
  const ran: (readonly string[])[] = []
  const ended = (outputText: string | undefined): ProgramEnd => ({
    exitCode: outputText === undefined ? null : 0,
    signal: null,
    timedOut: false,
    outputText: outputText ?? '',
    errorText: outputText === undefined ? 'not installed' : '',
  })
  return {
    files: filesBelow(root),
    programs: {
      canAskAdministrator: false,
      find: (name) => Promise.resolve(name in programs ? `/usr/bin/${name}` : null),
      run: (program, words) => {
        ran.push([program, ...words])
        return Promise.resolve(ended(programs[program.replace('/usr/bin/', '')]))
      },
    },
    login: { ...ada, ...login },
    ran,
    async put(path, content, mode = 0o644) {
      const real = join(root, path)
      await mkdir(dirname(real), { recursive: true })
      await writeFile(real, content, { mode })
      return path
    },
  }
}

function filesBelow(root: string): HostFiles {
  const at = (path: string) => join(root, path)
  return {
    ...ownFiles,
    placeName: `the folder ${root}`,
    sharesPaths: false,
    stat: (path, links) => ownFiles.stat(at(path), links),
    async realpath(path) {
      const [top, real] = await Promise.all([realpath(root), realpath(at(path))])
      const inside = relative(top, real)
      if (inside.startsWith('..')) throw Object.assign(new Error(`${path} leads out of the place`), { code: 'ENOENT' })
      return `/${inside}`
    },
    list: (folder, mostEntries) => ownFiles.list(at(folder), mostEntries),
    withOpen: (path, work) => ownFiles.withOpen(at(path), work),
    readText: (path, mostBytes) => ownFiles.readText(at(path), mostBytes),
    room: (path) => ownFiles.room(at(path)),
    mayUse: (path, right) => ownFiles.mayUse(at(path), right),
    rename: (from, to) => ownFiles.rename(at(from), at(to)),
    link: (from, to) => ownFiles.link(at(from), at(to)),
    remove: (path) => ownFiles.remove(at(path)),
    changeMode: (path, mode) => ownFiles.changeMode(at(path), mode),
  }
}
