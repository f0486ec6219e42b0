import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { Progress } from './progress.mjs'

/** @param {boolean} isTTY */
function output(isTTY) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 })
  const text = () => /** @type {Buffer | null} */ (stream.read())?.toString() ?? ''
  return { progress: new Progress(/** @type {NodeJS.WriteStream} */ (/** @type {unknown} */ (stream))), text }
}

it('writes one line a step, with its time, where nobody can see it being rewritten', async () => {
  const { progress, text } = output(false)
  await progress.step('Build', async (detail) => detail('halfway'))
  expect(text()).toMatch(/^✓ Build {2}\d+\.\d s\n$/)
})

it('tells a failed step from a done one, and passes the failure on', async () => {
  const { progress, text } = output(false)
  await expect(progress.step('Build', () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk')
  expect(text()).toMatch(/^✗ Build/)
})

it('rewrites its line on a terminal, never wider than that, and leaves whole lines only', () => {
  const { progress, text } = output(true)
  progress.start('Build')
  progress.detail('Build', 'x'.repeat(200))
  progress.draw()
  const drawn = text().split('\r\u001b[K').at(-1) ?? ''
  expect(drawn).toContain('Build')
  expect(drawn.length).toBeLessThan(60)
  progress.end('Build', 'done')
  expect(text().split('\r\u001b[K').at(-1)).toMatch(/^✓ Build {2}\d+\.\d s\n$/)
  expect(progress.timer).toBeUndefined()
})
