import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startDaemon, type RealDaemon } from '../../testing/real-daemon.ts'

let daemon: RealDaemon

beforeAll(async () => {
  daemon = await startDaemon()
})
afterAll(() => daemon.stop())

// Slow: some twenty seconds. In a process of its own, whose heap is nobody else's and can be swept before it is measured.
it('keeps nothing of a hundred thousand calls', { timeout: 180_000 }, async () => {
  const script = fileURLToPath(new URL('../../testing/soak.ts', import.meta.url))
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  const args = ['--expose-gc', '--conditions=source', '--import', tsx, script, daemon.uri('test:///default')]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { calls, grownBytes } = JSON.parse(stdout) as { calls: number; grownBytes: number }
  expect(calls).toBe(100_000)
  // Ten bytes a call: a single number kept of each would be more.
  expect(grownBytes).toBeLessThan(1_000_000)
})
