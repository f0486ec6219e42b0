import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

import { say } from '@strata/contract/words/say.ts'

import { userBehindRoot } from './behind-root.ts'

/** As whom the browser runs. */
export type BrowserUser =
  /** As ourselves, who are not root: with its sandbox. */
  | { readonly kind: 'self' }
  /** We are root; the browser runs as who started us by sudo or pkexec: with its sandbox. */
  | {
      readonly kind: 'behind-root'
      readonly uid: number
      readonly gid: number
      readonly name: string
      readonly homeDir: string
    }
  /** We are root, and nobody stands behind: its sandbox cannot be set up. */
  | { readonly kind: 'root' }

export const noSandbox = say('startup.webRunsAsRoot')

export async function browserUser(env: NodeJS.ProcessEnv, ownUid = process.getuid?.()): Promise<BrowserUser> {
  if (ownUid !== 0) return { kind: 'self' }
  const behind = userBehindRoot(env, ownUid)
  return (behind === null ? null : await userOf(behind)) ?? { kind: 'root' }
}

/** Asked of the system, which knows users that stand in no file here. Null: there is no such user. */
async function userOf(uid: number): Promise<BrowserUser | null> {
  try {
    const { stdout } = await promisify(execFile)('getent', ['passwd', String(uid)])
    const [name = '', , , gid = '', , homeDir = ''] = stdout.trim().split(':')
    if (name === '' || !/^\d+$/.test(gid)) return null
    return { kind: 'behind-root', uid, gid: Number(gid), name, homeDir }
  } catch {
    return null // then nobody is known to stand behind
  }
}

/** What a browser of that user needs of ours: the screen and the language, and nothing of root's. */
export function environmentOf(
  user: BrowserUser & { kind: 'behind-root' },
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const passedOn = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /^(?:PATH|LANG|LANGUAGE|LC_\w+|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|TZ)$/.test(name)
      ? [[name, value] as const]
      : [],
  )
  const runtimeDir = `/run/user/${user.uid}`
  return {
    ...Object.fromEntries(passedOn),
    HOME: user.homeDir,
    USER: user.name,
    LOGNAME: user.name,
    ...(existsSync(runtimeDir) ? { XDG_RUNTIME_DIR: runtimeDir } : {}),
  }
}
