import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readCloudInitReport } from './cloud-init-report.ts'

const nothing = { errors: [], start: null, finished: null }
const ran = (start: number, more: object = {}) => ({ errors: [], start, finished: start + 2.5, ...more })
/** As Debian 12's version writes it, but for what a test changes. */
const status = (more: object = {}) =>
  JSON.stringify({
    v1: {
      datasource: 'DataSourceNoCloud [seed=/dev/sr0][dsmode=net]',
      init: ran(104),
      'init-local': ran(100),
      'modules-init': nothing,
      'modules-config': ran(110),
      'modules-final': ran(120),
      stage: null,
      ...more,
    },
  })
const scripts = `('scripts-user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))`

describe('a report of cloud-init', () => {
  it('without errors is of a set-up that is done, and says when', () => {
    expect(readCloudInitReport(status(), '{"v1": {"datasource": "x", "errors": []}}')).toEqual({
      stage: 'modules-final',
      isFinished: true,
      finishedAtMs: 122_500,
      datasource: 'DataSourceNoCloud [seed=/dev/sr0][dsmode=net]',
      errors: [],
      warnings: [],
    })
  })

  it.each([
    ['the stage that it names', { stage: 'init', 'modules-config': nothing, 'modules-final': nothing }, 'init'],
    ['between two, the one that ran last', { 'modules-final': nothing }, 'modules-config'],
    [
      'none before the first',
      { 'init-local': nothing, init: nothing, 'modules-config': nothing, 'modules-final': nothing, datasource: null },
      null,
    ],
  ])('that is not finished runs in %s', (_what, more, stage) => {
    expect(readCloudInitReport(status(more), null)).toMatchObject({ stage, isFinished: false, finishedAtMs: null })
  })

  it('names the module that failed, in whatever spelling, and its words, once for both files', () => {
    const file = status({ 'modules-final': ran(120, { errors: [scripts.replace('-', '_')] }) })
    const result = JSON.stringify({ v1: { datasource: 'x', errors: [scripts] } })
    expect(readCloudInitReport(file, result)?.errors).toEqual([
      {
        stage: 'modules-final',
        module: 'scripts-user',
        message: 'Runparts: 1 failures (runcmd) in 1 attempted commands',
      },
    ])
  })

  it('keeps what is no pair as it stands', () => {
    const file = status({ init: ran(104, { errors: ['Unable to find\na system', { odd: 1 }] }) })
    expect(readCloudInitReport(file, null)?.errors).toEqual([
      { stage: 'init', module: null, message: 'Unable to find a system' },
      { stage: 'init', module: null, message: '{"odd":1}' },
    ])
  })

  it('warns of what newer versions went on after, and not of what is only old-fashioned', () => {
    const recoverable_errors = { WARNING: ['Could not match supplied host pattern'], DEPRECATED: ['Use lock_passwd'] }
    expect(readCloudInitReport(status({ init: ran(104, { recoverable_errors }) }), null)?.warnings).toEqual([
      { stage: 'init', module: null, message: 'Could not match supplied host pattern' },
    ])
  })

  it('is cut to size, however much the guest says', () => {
    const errors = Array.from({ length: 1_000 }, (_, index) => `${index} ${'x'.repeat(5_000)}`)
    const report = readCloudInitReport(status({ init: ran(104, { errors }), datasource: 'y'.repeat(1e5) }), null)
    expect(report?.errors.length).toBeLessThanOrEqual(16)
    for (const { message } of report?.errors ?? []) expect(message.length).toBeLessThanOrEqual(400)
    expect(report?.datasource?.length).toBeLessThanOrEqual(400)
  })

  it.each([
    ['nothing', ''],
    ['half a file', status().slice(0, 90)],
    ['a list', '[1]'],
    ['a number', '{"v1": 3}'],
  ])('is none where there is %s', (_what, text) => {
    expect(readCloudInitReport(text, null)).toBeNull()
  })

  it('never fails, whatever JSON it is', () => {
    const names = ['stage', 'datasource', 'init', 'modules-final', 'modules-init']
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), fc.json(), (v1, result) => {
        expect(readCloudInitReport(JSON.stringify({ v1 }), result)).not.toBeNull()
      }),
    )
  })
})
