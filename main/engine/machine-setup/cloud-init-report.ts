import { setupStages, type SetupStage, type SetupTrouble } from '@strata/contract/machine-setup.ts'
import { z } from 'zod'

/** A guest is not to be trusted with the length of what is kept of its words. */
const longestModule = 64
const longestMessage = 400
const longestRead = 4_096
const mostTroubles = 16

const moment = z.number().nullable().catch(null)
const words = z.array(z.unknown()).catch([])
const stageRecord = z.object({
  start: moment.default(null),
  finished: moment.default(null),
  errors: words.default([]),
  /** Since cloud-init 23.4: what it went on after, by the level that it was logged with. */
  recoverable_errors: z.record(z.string(), words).catch({}).default({}),
})
const statusFile = z.object({ v1: z.record(z.string(), z.unknown()) })
const resultFile = z.object({ v1: z.object({ errors: words.default([]) }) })

/** What cloud-init tells of itself in /run/cloud-init. */
export interface CloudInitReport {
  /** The one that runs, or ran last; null: none has begun. */
  readonly stage: SetupStage | null
  readonly isFinished: boolean
  /** End of the last stage by the guest's own clock; null: not finished, or not told. */
  readonly finishedAtMs: number | null
  /** 'DataSourceNoCloud [seed=/dev/sr0]'; null: none yet. */
  readonly datasource: string | null
  readonly errors: readonly SetupTrouble[]
  readonly warnings: readonly SetupTrouble[]
}

/**
 * Reads status.json, and result.json where it is there already (cloud-init writes it last).
 * Null: it is not such a report.
 */
export function readCloudInitReport(statusText: string, resultText: string | null): CloudInitReport | null {
  const status = statusFile.safeParse(json(statusText))
  if (!status.success) return null
  const { v1 } = status.data
  const stages = setupStages.map((name) => ({ name, ...stageOf(v1[name]) }))
  // Old versions have a stage beside the others that is never run; it may hold errors all the same.
  const records = [...stages, { name: null, ...stageOf(v1['modules-init']) }]
  const result = resultFile.safeParse(json(resultText ?? ''))
  const last = stages.find(({ name }) => name === 'modules-final')
  const running = setupStages.find((name) => name === v1['stage'])
  const told = result.success ? result.data.v1.errors.map((error) => troubleOf(error, null)) : []
  return {
    stage: running ?? stages.findLast(({ start }) => start !== null)?.name ?? null,
    isFinished: running === undefined && ((last?.finished ?? null) !== null || result.success),
    finishedAtMs: last?.finished == null ? null : Math.round(last.finished * 1_000),
    datasource:
      typeof v1['datasource'] === 'string' ? clean(v1['datasource'].slice(0, longestRead), longestMessage) : null,
    errors: distinct([...records.flatMap(({ name, errors }) => errors.map((each) => troubleOf(each, name))), ...told]),
    warnings: distinct(records.flatMap(({ name, recoverable_errors }) => warningsOf(recoverable_errors, name))),
  }
}

function stageOf(value: unknown): z.infer<typeof stageRecord> {
  const read = stageRecord.safeParse(value)
  return read.success ? read.data : { start: null, finished: null, errors: [], recoverable_errors: {} }
}

/** That a key is old-fashioned is nothing that did not work. */
const harmless = new Set(['DEPRECATED', 'INFO', 'DEBUG'])

function warningsOf(byLevel: Readonly<Record<string, readonly unknown[]>>, stage: SetupStage | null): SetupTrouble[] {
  return Object.entries(byLevel).flatMap(([level, messages]) =>
    harmless.has(level) ? [] : messages.map((each) => troubleOf(each, stage)),
  )
}

/** A module's failure is Python's way to print a pair: ('scripts-user', RuntimeError('Runparts: 1 failures …')). */
const pair = /^\('([\w-]+)', (.*)\)$/s
const exception = /^\w+\((["'])(.*)\1,?\)$/s

function troubleOf(value: unknown, stage: SetupStage | null): SetupTrouble {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, longestRead)
  const [, module, rest = text] = pair.exec(text) ?? []
  const message = exception.exec(rest)?.[2] ?? rest
  return {
    stage,
    // Versions differ in how they write the same name.
    module: module === undefined ? null : clean(module.replaceAll('_', '-'), longestModule),
    message: clean(message, longestMessage),
  }
}

/** result.json repeats what the stages say. */
function distinct(troubles: readonly SetupTrouble[]): SetupTrouble[] {
  const known = new Map<string, SetupTrouble>()
  for (const trouble of troubles) {
    const key = `${trouble.module ?? ''}\n${trouble.message}`
    if (!known.has(key)) known.set(key, trouble)
  }
  return [...known.values()].slice(0, mostTroubles)
}

function clean(text: string, longest: number): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // cut, or something else altogether
  }
}
