import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** In a process of its own: what nobody catches is the process's matter. */
function run(then: string) {
  const file = fileURLToPath(new URL('last-resort.ts', import.meta.url))
  const script = `import(${JSON.stringify(file)}).then(({ logWhatNobodyCaught }) => {
    logWhatNobodyCaught({ error: ({ err }) => console.log('error', err.message), fatal: ({ err }) => console.log('fatal', err.message) })
    setTimeout(() => console.log('went on'), 50)
    ${then}
  })`
  const words = ['--import', 'tsx', '--conditions=source', '-e', script]
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
  return { status, said: stdout.trim().split('\n') }
}

describe('what nobody caught', () => {
  it('is logged, and the process goes on after a rejection', () => {
    expect(run(`Promise.reject(new Error('lost'))`)).toEqual({ status: 0, said: ['error lost', 'went on'] })
  })

  it('is logged before an exception ends the process', () => {
    const { status, said } = run(`setImmediate(() => { throw new Error('broken') })`)
    expect(said).toEqual(['fatal broken'])
    expect(status).not.toBe(0)
  })
})
