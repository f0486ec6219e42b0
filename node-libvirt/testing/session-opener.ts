import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { asTestUser, type TestUser } from './test-user.ts'

const SOURCE = fileURLToPath(new URL('open-session.ts', import.meta.url))

/** Opens a connection in a process of the unprivileged user, as root would be treated otherwise. */
export interface SessionOpener {
  /** What `open-session.ts` printed. Rejects when it printed no JSON. */
  open(user: TestUser, env: Readonly<Record<string, string>>): Promise<Record<string, string>>
  remove(): void
}

/** Bundles the program into a folder that everybody may read: the checkout may lie in one that is closed to others. */
export async function buildSessionOpener(): Promise<SessionOpener> {
  const folder = mkdtempSync(join(tmpdir(), 'nl-opener-'))
  chmodSync(folder, 0o755)
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: SOURCE,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'open-session.mjs' } },
    },
  })
  const program = join(folder, 'open-session.mjs')
  return {
    open: (user, env) => run(asTestUser(user, [process.execPath, program]), env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function run(
  [command = '', ...args]: string[],
  env: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      if (output === '') reject(new Error(`The program that opens a session ended with ${code} and said nothing.`))
      else resolve(JSON.parse(output) as Record<string, string>)
    })
  })
}
