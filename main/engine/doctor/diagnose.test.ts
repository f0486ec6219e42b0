import { unkeyed } from '@strata/contract/words/said.ts'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hostId, startTestEngine, type TestEngine } from '../testing/test-engine.ts'
import { stops, warns } from './causes.ts'
import { runChecks } from './diagnose.ts'
import type { Examined } from './examined.ts'

describe('a check through libvirt’s test driver, which can tell little', () => {
  let test: TestEngine
  beforeAll(async () => void (test = await startTestEngine('test:///default')), 60_000)
  afterAll(() => test.stop(), 60_000)

  it('finds nothing', async () => {
    let uuid = ''
    await test.until(({ machines }) => {
      uuid = [...machines.values()].find(({ name }) => name === 'test')?.uuid ?? ''
      return uuid !== ''
    })
    const { causes, checkedAtMs } = await test.client.doctor.check({ hostId, uuid })
    expect(causes).toEqual([])
    expect(Math.abs(Date.now() - checkedAtMs)).toBeLessThan(60_000)
  })

  it('of a machine that is gone says so', async () => {
    const gone = { hostId, uuid: '00000000-0000-4000-8000-000000000000' }
    await expect(test.client.doctor.check(gone)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('checks', () => {
  it('that fail or never end are left out and noted, and what stops comes first', async () => {
    const noted: string[] = []
    const log = pino({}, { write: (line: string) => void noted.push(line) })
    const examined = { host: { log }, machine: { uuid: 'u' } } as unknown as Examined
    const causes = await runChecks(
      [
        () => [warns('disk-full', { sentence: unkeyed('It is full.') })],
        () => Promise.reject(new Error('broken')),
        () => new Promise(() => undefined),
        () => [stops('port-taken', { sentence: unkeyed('It is taken.') })],
      ],
      examined,
      50,
    )
    expect(causes.map(({ id }) => id)).toEqual(['port-taken', 'disk-full'])
    expect(noted).toHaveLength(2)
  })
})
