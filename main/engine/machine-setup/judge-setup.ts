import type { MachineSetup, SetupTrouble } from '@strata/contract/machine-setup.ts'

import type { GuestAnswer, GuestClock } from './ask-guest.ts'
import { readCloudInitReport, type CloudInitReport } from './cloud-init-report.ts'

type Awaited = Extract<MachineSetup, { phase: 'installing' | 'starting' | 'setting-up' }>

/** cloud-init's first stage runs long before the agent: one that has written nothing by then did not run. */
const reportPatienceMs = 60_000
/** A clock of the host and one of the guest are read one after the other. */
const clockToleranceMs = 5_000

/** What a guest's answer means for its set-up: how far it is, or what came of it. */
export function judgeSetup(setup: Awaited, answer: GuestAnswer, nowMs: number): MachineSetup {
  if (answer.kind === 'silent') return setup
  const base = { by: setup.by, userName: setup.userName, startedAtMs: startOf(setup, answer, nowMs) }
  const ended = (finishedAtMs: number | null) => ({
    ...base,
    tookMs: tookMs(base.startedAtMs, answer.kind === 'files' ? answer.clock : null, finishedAtMs, nowMs),
  })
  const report =
    answer.kind === 'files' && answer.status !== null ? readCloudInitReport(answer.status, answer.result) : null
  if (report === null) {
    // Most installers leave no cloud-init behind: a system that answers is all that was to come.
    if (setup.by === 'installer') return { ...ended(null), phase: 'ready', warnings: [] }
    if (answer.kind === 'refused') return { ...ended(null), phase: 'unreadable', reason: 'refused' }
    const mayStillCome = answer.clock !== null && answer.clock.uptimeMs < reportPatienceMs
    return mayStillCome
      ? { ...base, phase: 'setting-up', stage: null }
      : { ...ended(null), phase: 'unreadable', reason: 'no-report' }
  }
  if (!report.isFinished) return { ...base, phase: 'setting-up', stage: report.stage }
  const troubles = troublesOf(setup, report)
  return troubles.length > 0
    ? { ...ended(report.finishedAtMs), phase: 'failed', troubles }
    : { ...ended(report.finishedAtMs), phase: 'ready', warnings: [...report.warnings] }
}

/** A seed that was not found leaves no error, and nothing set up. After an installer there is none to be found. */
function troublesOf(setup: Awaited, { errors, datasource, stage }: CloudInitReport): SetupTrouble[] {
  const found = datasource !== null && !datasource.startsWith('DataSourceNone')
  if (found || setup.by === 'installer') return [...errors]
  const missing = { stage, module: null, message: `cloud-init found no seed (${datasource ?? 'no data source'}).` }
  return [missing, ...errors].slice(0, 16)
}

/** Strata may have come later than the start: the guest then knows better since when it runs. */
function startOf(setup: Awaited, answer: GuestAnswer, nowMs: number): number {
  const known = setup.startedAtMs ?? nowMs
  if (answer.kind !== 'files' || answer.clock === null) return known
  const bootedAtMs = Math.round(nowMs - answer.clock.uptimeMs)
  return bootedAtMs < known - clockToleranceMs ? bootedAtMs : known
}

/**
 * From the start to the end of the last stage. How long ago that end was is the guest's to say, whose clock may show any
 * time; where it makes no sense (it was set in between), the end is now, when it was seen.
 */
export function tookMs(
  startedAtMs: number,
  clock: GuestClock | null,
  finishedAtMs: number | null,
  nowMs: number,
): number {
  const sinceStartMs = Math.max(0, nowMs - startedAtMs)
  if (clock === null || finishedAtMs === null) return sinceStartMs
  const agoMs = clock.nowMs - finishedAtMs
  const isSane = agoMs >= 0 && agoMs <= clock.uptimeMs && agoMs < sinceStartMs
  return isSane ? Math.round(sinceStartMs - agoMs) : sinceStartMs
}
