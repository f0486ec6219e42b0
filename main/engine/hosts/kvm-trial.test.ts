import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { runWithin } from './kvm-trial.ts'

const MODULE = fileURLToPath(new URL('kvm-trial.ts', import.meta.url))
/** Whether it still runs; one that nobody has waited for yet (Z) does not. */
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
}

describe('a trial that comes to no end', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'strata-trial-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** A program that tells its pid and then does nothing for ever. */
  const endless = (pidFile: string) => [
    '-c',
    `echo $$ > ${pidFile}.part; mv ${pidFile}.part ${pidFile}; exec sleep 1000`,
  ]
  const pidIn = (pidFile: string) => Number(readFileSync(pidFile, 'utf8'))

  it('is killed when its time is over, and tells so by the signal', async () => {
    const pidFile = join(folder, 'pid')
    expect(await runWithin(1, '/bin/sh', endless(pidFile))).toMatchObject({ signal: 'SIGKILL', timedOut: false })
    // Killed with it, but perhaps not yet gone.
    await expect.poll(() => isAlive(pidIn(pidFile)), { timeout: 20_000 }).toBe(false)
  })

  it('does not outlive its time when the program that started it is killed', async () => {
    const pidFile = join(folder, 'pid')
    const script = `import(${JSON.stringify(MODULE)}).then((trial) => trial.runWithin(2, '/bin/sh', ${JSON.stringify(endless(pidFile))}))`
    const told = new Promise<void>((resolve) => {
      const watcher = watch(folder, (_event, name) => {
        if (name !== 'pid') return
        watcher.close()
        resolve()
      })
    })
    const starter = spawn(process.execPath, ['--import', 'tsx', '--eval', script], { stdio: 'ignore' })
    await told
    starter.kill('SIGKILL')
    await once(starter, 'exit')
    await expect.poll(() => isAlive(pidIn(pidFile)), { timeout: 20_000 }).toBe(false)
  })
})
